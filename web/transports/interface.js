// What does every client in this folder export, and what does it report? This file has no code: it
// documents the interface of the eight `<name>.js` beside it. Their callers are the panel
// (view/panel/index.js) and the bench page (view/bench/index.js).

/**
 * Each client exports `start`, a function of this type. It sends its first request to the page's
 * own origin, follows the feed, and reconnects until `stop` is called.
 *
 * A document runs one client at a time: the two frame transports define `window.receive`, and
 * `page-refresh` puts its frame into the element with the id `stage`.
 *
 * @callback Start
 * @param {object} options
 * @param {string | number} [options.after] The cursor of the newest update that the caller has
 *   (parts/place.js). Without it the server sends its newest update first.
 * @param {number} options.interval In milliseconds. `polling` and `hidden-frame`: from request to
 *   request. `page-refresh`: the pause before it helps a page that failed to load; the page itself
 *   says when it is refreshed. The others: the pause before they reconnect (`websocket`: the
 *   shortest one).
 * @param {On} options.on Receives the events.
 * @param {(form: HTMLFormElement) => void} [options.onForm] `page-refresh` only: asks for a page that
 *   contains a form, and receives the form of each page that is loaded. The caller handles `submit`.
 * @returns {Client}
 */

/**
 * Receives the events of a client: `on(kind, value)`. Only `bytes`, `message` and `cut` have a
 * value. `on` may still be called for what was under way when the client was stopped; the caller
 * ignores that.
 *
 * | event                  | when                                                                 |
 * |------------------------|----------------------------------------------------------------------|
 * | `on("request")`        | The client, or the browser for it, sends a request: a GET, a load of |
 * |                        | a frame, a WebSocket handshake. `page-refresh` reports it when the   |
 * |                        | page has loaded. Publishing is not reported.                         |
 * | `on("open")`           | A stream has begun, or has grown.                                    |
 * |                        | Transports with a response per request never report it.              |
 * | `on("bytes", n)`       | `n` bytes of content have arrived, without headers and framing:      |
 * |                        | of the response body (`page-refresh`, `polling`, `hidden-frame`,     |
 * |                        | `long-polling`, `http-streaming`), of the script tag                 |
 * |                        | (`forever-frame`), of the event's data (`sse`), of the message       |
 * |                        | (`websocket`).                                                       |
 * | `on("message", value)` | An update or a notice has arrived, in the order of the feed.         |
 * | `on("cut", code)`      | The connection is lost, or the server does not answer, or it answers |
 * |                        | with an error. The client tries again, and reports each failure.     |
 * |                        | `code` is the close code (`websocket` only, RFC 6455, section 7.4).  |
 *
 * @callback On
 * @param {"request" | "open" | "bytes" | "message" | "cut"} kind
 * @param {number | Update | Notice} [value]
 */

/**
 * @typedef {object} Client
 * @property {() => void} stop Closes what is open and sends no further request.
 * @property {(text: string) => Promise<number | undefined>} send Publishes an update whose data is
 *   this JSON text. Resolves to the update's `seq`, or to `undefined` on a WebSocket, where nothing
 *   answers a frame. Rejects with `Refused` (parts/publish.js) if the server refuses the update, or
 *   with another `Error` if it can't be sent.
 */

/**
 * @typedef {object} Update
 * @property {number} seq Counts the updates of the feed, from 1 on.
 * @property {number} at_us The planned publishing time, in microseconds since the Unix epoch.
 * @property {unknown} data
 */

/**
 * Updates that have left the server's history before this client received them.
 *
 * @typedef {object} Notice
 * @property {number} missed How many, counted from the client's position.
 * @property {true} [started_over] The feed started over, so `missed` counts from its first update.
 */
