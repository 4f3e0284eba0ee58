// The project's feed: calls send with the text of each update when it is due.
function publish(send) {
    const [rate, bytes] = process.argv.slice(1).map(Number);
    // The clock of the load generator, truncated to milliseconds, so no update is early.
    const nowMs = Date.now;
    const begunMs = nowMs();
    let seq = 1;
    const dueMs = () => begunMs + (seq * 1000) / rate;
    const next = () => {
        // The timer may fire up to 1 ms early.
        if (dueMs() <= nowMs()) {
            const begin = `{"seq":${seq},"at_us":${Math.floor(dueMs() * 1000)},"data":"`;
            send(begin + 'x'.repeat(Math.max(0, bytes - begin.length - 2)) + '"}');
            seq += 1;
        }
        const restMs = dueMs() - nowMs();
        // If it is late, it still serves clients between two updates.
        if (restMs > 0) setTimeout(next, restMs);
        else setImmediate(next);
    };
    next();
}

// Prints the URL of a server, and stops at the end of standard input.
function listen(server) {
    server.listen(0, '127.0.0.1', 4096, () => {
        console.log(`http://127.0.0.1:${server.address().port}`);
    });
    process.stdin.resume().on('end', () => process.exit());
}
