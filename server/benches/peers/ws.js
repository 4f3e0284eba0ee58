// ws, broadcasting as in its README.
const { WebSocketServer, WebSocket } = require('ws');
const server = require('http').createServer();
const sockets = new WebSocketServer({ server });
listen(server);
publish((text) => {
    for (const client of sockets.clients) {
        if (client.readyState === WebSocket.OPEN) client.send(text);
    }
});
