(() => {
    const next = document.querySelector('#notes .next');
    const text = document.querySelector('#notes .said');
    const bar = document.getElementById('bar').getBoundingClientRect();
    return {
        title: document.querySelector('#notes h1').textContent,
        next: next.querySelector('b')?.textContent,
        seen: text.scrollHeight <= text.clientHeight && next.getBoundingClientRect().bottom < bar.top,
        asks: document.querySelector('#notes .options') !== null,
        correct: document.querySelectorAll('#notes .options .correct').length,
        times: [...document.querySelectorAll('#notes .counter :first-child')].map(({ textContent }) => textContent),
        reply: document.querySelector('#notes .reply').textContent,
        last: new Set(document.getElementById('count').textContent.match(/\d+/g)).size === 1,
    };
})()
