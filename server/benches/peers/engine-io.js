// engine.io, long polling only. The load generator uses one connection per client and requests
// /long-polling. An engine.io client repeats its session in its URLs; here it is stored with the
// connection.
const engine = new (require('engine.io').Server)({
    transports: ['polling'],
    pingInterval: 600_000,
    pingTimeout: 600_000,
});
const clients = new Set();
engine.on('connection', (client) => {
    client.request.socket.session = client.id;
    clients.add(client);
    client.on('close', () => clients.delete(client));
});
const server = require('http').createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const session = request.socket.session;
    request.url = '/engine.io/?EIO=4&transport=polling' + (session ? `&sid=${session}` : '');
    engine.handleRequest(request, response);
});
server.on('connection', (socket) => {
    socket.on('close', () => engine.clients[socket.session]?.close(true));
});
listen(server);
publish((text) => {
    for (const client of clients) client.send(text);
});
