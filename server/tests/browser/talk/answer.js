(async (more) => {
    // The answer of the slide, and every text that contains its number: visible text, titles and labels of
    // the page, texts on canvases, and `more` texts. The question and its options are not searched.
    const { quantity } = await import('/view/shared/slide-words.js');
    const { SLIDES } = await import('/slides/index.js');
    const id = location.hash.slice(1);
    const { question } = SLIDES.find((slide) => slide.id === id);
    const { known, drawn } = window.watched;
    if (known?.id !== id || known.number === undefined) return { known: false };
    const written = quantity(known.number, document.documentElement.lang);
    // The same number in another notation, or rounded, gives the answer away as well.
    const same = { B: 'B|bytes|바이트', bytes: 'B|bytes|바이트', ms: 'ms|밀리초', times: 'times|×|배|:1', transports: 'of 8' }[known.number.unit];
    const value = Number(known.number.value);
    const contains = (text) => {
        // A number without a unit is too short to search for.
        if (same === undefined) return false;
        const found = [...text.matchAll(new RegExp(`(\\d[\\d,]*(?:\\.\\d+)?)\\s?(?:${same})`, 'g'))];
        return text.includes(written) || found.some(([, number]) => Math.abs(Number(number.replaceAll(',', '')) / value - 1) < 0.05);
    };

    const visible = (element) => element.checkVisibility({ visibilityProperty: true });
    // Any number of requests leads to the number of updates per request, which has no unit.
    const requests = same === undefined ? [...document.querySelectorAll('#piece data.requests')] : [];
    const counts = requests.filter(visible).map(({ textContent }) => textContent).filter((text) => /\d/.test(text));

    const texts = (root) => {
        const found = [root.title];
        for (const element of root.querySelectorAll('*')) {
            if (!visible(element) || element.closest('#question')) continue;
            found.push(...['title', 'aria-label', 'alt', 'aria-description'].map((name) => element.getAttribute(name) ?? ''));
            // Words that are elements of their own may be parts of one number.
            const own = [...element.childNodes].some(({ nodeType, nodeValue }) => nodeType === Node.TEXT_NODE && /\S/.test(nodeValue));
            if (own) found.push(element.innerText ?? element.textContent);
            try {
                if (element.contentDocument) found.push(...texts(element.contentDocument));
            } catch {
                // A panel of another port: its text is in `more`.
            }
        }
        return found;
    };
    const options = [...document.querySelectorAll('#options li')];
    return {
        known: true,
        written,
        given: [...counts, ...[...texts(document), ...drawn, ...more].filter(contains)],
        answer: document.getElementById('answer').textContent,
        spoken: document.getElementById('spoken').textContent,
        isMarked: options.every((option, nth) => option.innerText.includes('✓') === (nth === question.correct)),
        isUnmarked: options.every((option) => !option.innerText.includes('✓')),
    };
})(MORE)
