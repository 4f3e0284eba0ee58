(() => {
    const visible = (element) => element.checkVisibility();
    const main = document.getElementById('slide');
    const words = main.innerText;
    const cut = [...main.querySelectorAll('*')].filter((element) => visible(element)
        && element.children.length === 0 && element.textContent.trim() !== ''
        && !element.closest('.heard, [aria-hidden], .scrolls, dialog, svg')
        && (element.getBoundingClientRect().bottom > innerHeight + 1
            || element.getBoundingClientRect().right > innerWidth + 1));
    const top = document.getElementById('sources').getBoundingClientRect().top;
    cut.push(...[...document.querySelectorAll('#text *')].filter((element) => visible(element)
        && element.getBoundingClientRect().bottom > top + 1));
    const piece = document.getElementById('piece');
    cut.push(...[...piece.querySelectorAll('canvas')].filter((canvas) => visible(canvas) && canvas.clientWidth < 200));
    return {
        id: location.hash.slice(1),
        title: document.getElementById('name').textContent,
        chart: piece.querySelector('.charts') !== null,
        count: document.getElementById('count').textContent,
        asks: visible(document.getElementById('question')),
        answer: document.getElementById('answer').textContent,
        recorded: visible(document.getElementById('recorded')),
        lang: document.documentElement.lang,
        cut: cut.map((element) => element.textContent.slice(0, 40)),
        keys: words.match(/\b(slides|talk|picture|classes)\.[a-z]\w*/g) ?? [],
        pictures: [...piece.querySelectorAll('img')].filter((image) => visible(image) && image.complete && image.naturalWidth === 0).length,
    };
})()
