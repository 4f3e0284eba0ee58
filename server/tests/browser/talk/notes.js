(() => {
    const next = document.querySelector('#notes .next');
    const text = document.querySelector('#notes .said');
    const bar = document.getElementById('bar').getBoundingClientRect();
    return {
        title: document.querySelector('#notes h1').textContent,
        next: next.lastChild.textContent,
        seen: text.scrollHeight <= text.clientHeight && next.getBoundingClientRect().bottom < bar.top,
        asks: document.querySelector('#notes .options') !== null,
        reply: document.querySelector('#notes .reply').textContent,
        last: /^(19 of 19|19 \/ 19)$/.test(document.getElementById('count').textContent),
    };
})()
