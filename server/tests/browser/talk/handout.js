(() => {
    const handout = document.getElementById('handout');
    const pages = [...handout.querySelectorAll('.page')];
    const id = (page) => page.dataset.id;
    const asking = pages.filter((page) => page.querySelector('.options') !== null);
    const answers = [...handout.querySelectorAll('.answers section')];
    const sentence = (section) => section.querySelector('span').textContent;
    // More than two colours: not only paper, or paper and a frame.
    const isDrawn = (canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size > 2;
    };
    const isShown = (figure) => {
        const canvases = [...figure.querySelectorAll('canvas')];
        const images = [...figure.querySelectorAll('img')];
        if (canvases.length + images.length === 0) return figure.innerText.trim() !== '';
        return canvases.every(isDrawn) && images.every(({ naturalWidth }) => naturalWidth > 0);
    };
    const isCut = (element) => element.getBoundingClientRect().right > innerWidth + 1;
    return {
        slides: Number(document.getElementById('count').textContent.match(/\d+/g).sort((a, b) => a - b).at(-1)),
        pages: pages.filter((page) => page.checkVisibility()).length,
        blank: pages.filter((page) => !isShown(page.querySelector('figure'))).map(id),
        cut: pages.filter((page) => [...page.querySelectorAll('figure, figure *')].some(isCut)).map(id),
        asking: asking.length,
        answered: answers.filter((section) => section.textContent.includes('✓')).length,
        given: asking.filter((page, nth) => page.innerText.includes(sentence(answers[nth])) || page.innerText.includes('✓')).map(id),
        noted: pages.filter((page) => (page.querySelector('.notes') !== null) === asking.includes(page)).map(id),
        last: handout.lastElementChild.querySelector('h1').textContent,
        fits: handout.lastElementChild.offsetHeight < 1000,
        answers: handout.lastElementChild.innerText,
    };
})()
