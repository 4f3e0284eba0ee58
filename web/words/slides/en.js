// What do the slides say, in English? The same keys as in every other language; a slide's words
// stand under its id. `{answer}` is the number that answers the question, with its unit.

export default {
  sources: {
    d2: "Naver D2, helloworld/1336, “WebSocket”",
    founding: "Lubbers and Greco, “HTML5 WebSocket: A Quantum Leap in Scalability for the Web” (websocket.org)",
    rfc6202_long: "RFC 6202, section 2.2",
    rfc6202_stream: "RFC 6202, section 3",
    rfc6455: "RFC 6455",
    rfc8446: "RFC 8446, section 5.2",
    rfc9110: "RFC 9110, sections 7.6.1 and 7.8 (Connection, Upgrade)",
    html_sse: "WHATWG HTML, “Server-sent events”",
    theory: "Arithmetic: interval T, one way d; mean T/2 + d, worst T + d",
    live: "Live: the wire of this lab",
    record_steady: "Record 2026-11-29-02, scenario steady: 200 clients, 10 updates/s, with TCP/IP",
    record_heads: "Record 2026-11-29-02, scenario steady: 200 clients, without TCP/IP",
    record_rare: "Scenario rate-0-2: an update in 5 s, with TCP/IP",
    record_clients: "Record 2026-11-29-02, scenario clients-1000: 1 update/s, without TCP/IP",
    record_rtt: "Record 2026-11-29-02, scenario rtt-200ms: 4 updates/s",
    record_claims: "Record 2026-11-29-02, claims.txt",
    record_all: "Record 2026-11-29-02: HTTP/1.1, no TLS",
    record_wires: "Record 2026-11-29-04, updates of 100 bytes, with TCP/IP",
    rfc7541: "RFC 7541 (HPACK)",
    rfc8441: "RFC 8441 (WebSocket over HTTP/2)",
    webtransport: "W3C, “WebTransport”",
    claims: "Record 2026-11-29-02, claims.txt: at 4 Hz, as Pimentel and Nickerson 2012 (their tables were not obtainable)",
    mixed_content: "W3C, “Mixed Content”",
  },
  units: {
    B: "{n} bytes",
    ms: "{n} ms",
    bytes: "{n} bytes",
    times: "{n} times",
    transports: "{n} of 8",
  },
  title: {
    title: "Long polling and WebSocket",
    lead: "How does a server tell a browser something that the browser did not ask for?",
    points: [
      "Eight techniques, one feed, one server",
      "Below: what passes on the wire, as it passes",
    ],
    notes:
      "Welcome. Our story is the one that the Naver D2 article tells: from the page that blinks to the connection on which both sides may speak. The two rows below are live: the same update, in the same colour, once by long polling and once by WebSocket. Don't explain them yet; let people look at how many arrows each row needs. If it says “recorded” in the corner, there is no server, and you see a log that was recorded before; the talk goes on all the same. The arrow key to the right, or Space, leads on. Next, everybody joins in.",
  },
  join: {
    title: "Join in",
    lead: "Scan the code, choose one of the eight: your phone becomes one more client.",
    points: [
      "The counters here are you",
      "Change your technique whenever you like",
      "Your phone is near: the distance is only on this screen",
    ],
    notes:
      "Ask people to point their camera at the code and to choose a technique. Each phone is a real client, no simulation, and appears in the counters. This works where the server was started with “just talk --lan” and the phones are in the same network; if not, say so and go on, nothing later depends on it. They come straight to the server, so their latency is without the distance that the slides have. Publishing is off until you allow it; then what they send stands here, and a badge below says so on every slide. Leave this slide when the counters stand still. Now let us begin where the web began: with the page.",
  },
  "page-refresh": {
    title: "Page refresh: wipe and draw again",
    lead: "Ask, answer, and the whole page is wiped and drawn again: it flickers, the article says.",
    points: [
      "Is: request, response, a new page",
      "Costs: the whole page, each time",
      "Can't: change one part and leave the rest",
    ],
    question: "How many bytes travel around one update?",
    options: ["About 10", "About 100", "About 1,000"],
    reveal:
      "{answer} around one update: the request's head, the response's head and the page. Recorded, at one update a page: 959.",
    notes:
      "This is the classic web: a page is an answer, and a new answer is a new page. Look at the panel: the page in it reloads itself, a second after it came, as one line of it says, without any script; the frame lights up for each new page. What the article saw flicker, a browser of today may hide: it holds the old picture until the new page is there, so we mark it. Let people guess by show of hands, then press the right arrow. The number is live, and it leaves TCP/IP headers out; where a page brings more than one update, these share its cost, so it may be below the recorded one. Most of it is heads: what the browser says about itself, again and again. The first idea to get rid of the blinking was to hide what blinks.",
  },
  "hidden-frame": {
    title: "Hidden frame: reload what nobody sees",
    lead: "An invisible frame is loaded again and again; its scripts change only a part of the page.",
    points: [
      "Is: a page refresh inside the page",
      "Costs: a request and a document, each time",
      "Can't: hear of an update before it asks",
    ],
    question: "The page stays. How many bytes around one update now?",
    options: ["About 10: only the news travels", "About 100: no page any more", "Many hundreds: still a page"],
    reveal:
      "{answer} around one update: the eye is spared, the wire is not. Recorded, at one update a frame: 898.",
    notes:
      "Rich pages redraw a part only, and this is an early trick for it. In the panel nothing lights up: an invisible frame is loaded every second, and the script tags in it call a function of the page around it. Ask the question, let them guess, then press the right arrow. To the wire a frame is just one more document: it is asked for with full heads. So the view got better and the traffic did not. If a document is not what we need, a script can ask for the data alone.",
  },
  polling: {
    title: "Polling: anything new? Anything new?",
    lead: "A script asks every second and is answered at once, often with nothing.",
    points: [
      "Is: data instead of a document",
      "Costs: a request and a response, new or not",
      "Can't: be earlier than its next question",
    ],
    question: "The server is 100 ms away, a poll comes each second. How late is an update?",
    options: ["100 ms: the way here", "200 ms: there and back", "100 ms, and a wait of up to 1,000 ms"],
    reveal:
      "{answer} just now: the way here, and the wait for the next question. Recorded mean: 583 ms.",
    notes:
      "Now a script asks, and what comes back is a line of JSON. Look at the row: the dot is the update, at the instant when the server had it; then nothing happens until the next arrow up. Updates come every 2.2 s here, so more than half of the answers carry none. How late one is depends on luck: on average half the interval, and the way. Take guesses, then reveal; it is the newest update's, and changes each time; a browser that slows its hidden pages down makes it longer. One could ask ten times a second, and would mostly carry empty answers. The better idea: let the server keep the question until it knows something.",
  },
  "long-polling": {
    title: "Long polling: the server waits for news",
    lead: "The server answers when there is news; the script asks again at once.",
    points: [
      "Is: a request that waits",
      "Costs: a request and a response per update",
      "Can't: send while no question is waiting",
    ],
    question: "The server is 100 ms away. How late is an update?",
    options: ["100 ms: one way", "200 ms: there and back", "300 ms: back, there and back"],
    reveal:
      "{answer}: the question is already there when the update comes, so only the answer travels. At worst, without loss, it is 300 ms.",
    notes:
      "Look at the row: the question goes up before the update exists, and waits. When the dot appears, the answer leaves in the same instant. Let people guess, then reveal: one way only, and the record agrees with 101 ms. The worst case is an update just after an answer left: it waits for the answer's way, the next question's way, and its own, three ways. So long polling is not slow at one update a second; what it pays is a complete request for each update. Can one answer carry updates that are not there yet? Yes, if it never ends.",
  },
  "forever-frame": {
    title: "Forever frame: a page that never ends",
    lead: "The hidden frame's document is never finished; each update is one more script tag.",
    points: [
      "Is: one response, written piece by piece",
      "Costs: about 40 bytes around an update",
      "Can't: tell when it breaks, or be kept for ever",
    ],
    question: "How many updates has one request brought so far?",
    options: ["One", "Six", "As many as there were"],
    reveal:
      "{answer} updates for each request so far, and more as long as the document does not end.",
    notes:
      "We are at what the article calls the stream. The row has only arrows down: no question between them. Each arrow is a script tag, which the browser runs as soon as it is there; with the chunk around it, that is about 40 bytes, TCP/IP left out. Take guesses and reveal; come back later, and the number has grown. Its price is in the browser: the document only grows, so it is loaded anew after five minutes, which is one more request, and when the connection breaks, nobody is told. It was made for browsers that had nothing better. A script of today can read the stream itself.",
  },
  "http-streaming": {
    title: "HTTP streaming: a line is an update",
    lead: "A script reads one response that never ends, line by line.",
    points: [
      "Is: JSON lines in an open response",
      "Costs: 7 bytes around an update",
      "Can't: pass a proxy that waits for the end",
    ],
    question: "How many bytes are around one update?",
    options: ["Under 10", "About 100", "About 700: heads, as always"],
    reveal:
      "{answer} around an update: a line end, and the chunk's size with its two. The heads were paid once.",
    notes:
      "The same never-ending response, but a script reads it and no frame is needed. Look at the row: one request at the start, long ago, then only answers. Guess, then reveal: of hundreds of bytes about seven are left. A chunk is not a message: what arrives may end in the middle of a line, so our script puts the pieces together. A proxy that collects a response until it is complete makes a stream stand still; we will see that kind of trouble later. All this reading and resuming is the same for everybody, so browsers took it over.",
  },
  sse: {
    title: "SSE: the browser reads the stream",
    lead: "EventSource reads events from an open response, and comes back by itself.",
    points: [
      "Is: a stream with a format and a memory",
      "Costs: about 21 bytes around an update",
      "Can't: speak from the browser to the server",
    ],
    question: "With “data:” and an id: how many bytes around one update?",
    options: ["About 2", "About 20", "About 200"],
    reveal:
      "{answer} around an update: “id:”, “data:”, an empty line and the chunk. The id lets the browser resume.",
    notes:
      "Server-sent events are HTTP streaming that became a standard: new EventSource, onmessage, and that is the whole client. Look at the row: it looks like the stream before. Guess, then reveal: a few bytes more, and for them the browser knows its place and reconnects with Last-Event-ID. Where only the server speaks this may be all that is needed; we will come back to that. But every technique until now has one rule: the browser asks, the server answers. To speak, the page needs one more request each time. Now we break the rule.",
  },
  websocket: {
    title: "WebSocket: both sides may speak",
    lead: "One handshake, then one connection on which each side sends when it likes.",
    points: [
      "Is: messages both ways, on one TCP connection",
      "Costs: 2 bytes down, a connection held open",
      "Can't: come back by itself, or be cached",
      "4 updates/s, 400 ms round trip: long polling 2.03 times as late",
    ],
    question: "Long polling spends about 700 bytes around an update here. And WebSocket?",
    options: ["About 350: half", "About 50", "About 2"],
    reveal:
      "{answer} around an update: the head of one frame. At 200 ms there and back, both are as early: 101 ms.",
    notes:
      "Here they are, one above the other; this is our own drawing, made from what passes right now. Count the arrows for one update: question and answer above, one arrow below. Ask the question and reveal it. And look at the right ends: at one update a second both arrive at the same time. WebSocket wins in time when updates come faster than a round trip: at four a second and 400 ms there and back, long polling is 2.03 times as late, since updates wait for the next question. The bytes here leave TCP/IP out; we will put it in on a later slide. How does an HTTP connection become this? By asking politely.",
  },
  handshake: {
    title: "The handshake: from key to token",
    lead: "An ordinary HTTP/1.1 request asks to upgrade; the server answers with a token.",
    points: [
      "Upgrade: websocket, Connection: Upgrade",
      "Token = base64(SHA-1(key + a fixed text))",
      "No secret: it only shows that the server understood",
    ],
    question: "What does the whole handshake cost, there and back?",
    options: ["About 70 bytes", "About 700 bytes", "About 7,000 bytes"],
    reveal:
      "{answer}, once: about as much as a single poll. Recorded: 672. Everything after it is frames.",
    notes:
      "This is the newest handshake of our own WebSocket. The browser makes up a random key; the server appends a text that is the same all over the world, takes SHA-1, writes it in base64, and sends it back. Follow the steps on the slide from top to bottom: the last line is the token of the response. It is neither a password nor encryption: it keeps a server, or a cache, from answering by accident. Take guesses about its price, then reveal. So the handshake costs what one long poll costs, but one time only. After it there is no HTTP any more, only frames.",
  },
  frames: {
    title: "Frames: two bytes, bit by bit",
    lead: "Many messages on one connection, each under a head of a few bytes.",
    points: [
      "FIN and opcode: is it all, and what is it",
      "MASK and length: 7 bits, 16 more, or 64 more",
      "A head down is 2, 4 or 10 bytes",
    ],
    question: "And a short message from the browser to the server: how long is its head?",
    options: ["2 bytes, the same", "6 bytes", "14 bytes"],
    reveal:
      "{answer}: two, and four of a mask. What a browser sends is masked, so that no proxy takes it for HTTP.",
    notes:
      "This is the newest frame, bit by bit. The first bit says that the message is complete, three are kept for extensions, four say that it is text, then comes whether it is masked, and its length. With 100 bytes the length fits into seven bits, so two bytes are all; longer messages take two or eight more. Ask about the other direction, then reveal. The mask is no encryption: its key stands in the frame. It keeps a page from writing something on the wire that an old proxy would read as a request. And none of this does a programmer ever see; what he or she sees is next.",
  },
  api: {
    title: "The API: six names",
    lead: "A constructor, three handlers, two methods; and a test first whether they are there.",
    points: ["Run the lines from top to bottom", "They speak to this server, or to a stand-in where it is gone"],
    shows: {
      test: "Does this browser know WebSocket?",
      open: "Connects to {url}; onopen is called after the handshake, onclose at the end.",
      onmessage: "Is called for each message, with its text.",
      send: "Sends one text frame; everybody gets it as an update.",
      close: "Says good-bye; onclose is called with the code.",
    },
    notes:
      "These are the names that the article shows; there are a few more, which most pages can do without. Run them one after the other with their buttons, and read each result aloud. Test first: true in every browser that you will meet. Open, and see onopen; then set onmessage and watch the updates come in. Send, and wait for your own word to come back as an update: nobody asked for it. Close, and look at the code. What is missing here is as telling: no reconnecting and no place to resume from; you write these yourself. One thing of the second step we have not spoken of: the address.",
  },
  wss: {
    title: "ws:// and wss://",
    lead: "wss is to ws what https is to http: the same frames, inside TLS.",
    points: [
      "ws: anyone on the path can read the frame",
      "wss: they see a TLS record, and its length",
      "Around each record: 22 bytes (5 + 1 + 16)",
      "In production: wss, for the same reasons as https",
    ],
    notes:
      "The slide shows the same bytes twice. Above is the record on the wire: only its first five bytes can be read, and they say that it contains data, and how much. Below is the frame inside it, as the browser sends and receives it; with ws, anyone between you and the server reads it like this. Only the address changes: wss instead of ws; the API, the handshake and the frames remain the same, inside an encrypted connection. A page that came by https must use wss; the browser refuses ws there, except to the very computer that it runs on. There is one more reason, and it is the next slide: what a middle box can't read, it can't rewrite. Until the slide “What came after”, no figure of today contains the bytes of TLS.",
  },
  ports: {
    title: "Ports, firewalls, and who stands between",
    lead: "It begins as HTTP on HTTP's port, so firewalls let it pass. Not every proxy does.",
    points: [
      "Same port, same first request",
      "A proxy must know Upgrade, or it takes it out",
      "A proxy that waits for the end stops streams",
    ],
    question: "A proxy strips “Upgrade”. How many of the eight still work?",
    options: ["None", "4 of 8: those that end", "7 of 8: all but one"],
    reveal:
      "{answer}: HTTP passes through HTTP's proxies. Only WebSocket is refused, since no upgrade arrives.",
    notes:
      "One more argument of the article: WebSocket uses the port of the web, so a firewall that lets the web through lets it through, too. Ask the question first. Then switch the proxy on: it does what HTTP tells a proxy to do with a header that belongs to one hop, and takes Upgrade out. What was open is cut as it comes in; the forever frame is told nothing and takes 20 s to find out, so wait for it (in the recording nothing was open). Reveal when the WebSocket's row says “refused” and the other seven go on. Switch the proxy off, and the row comes back, because our script reconnects: later each time, so it may take half a minute, and the forever frame its 20 s. So who must get through keeps long polling to fall back on; and wss helps, since a proxy can only pass it on. Now let us hold the famous figures against ours.",
  },
  figures: {
    title: "What was claimed, what we measured",
    lead: "“500:1” counts headers only. On the wire, these headers are 454.5:1.",
    points: [
      "871 header bytes a poll: 909 with line ends",
      "2 header bytes a message: as published",
      "Latency “3:1”: back to back 1.97:1, a poll a second 10.83:1",
    ],
    question: "With TCP/IP and payload: how many times WebSocket's bytes is a poll?",
    options: ["500 times", "About 50 times", "Under 10 times"],
    reveal:
      "{answer}, 8.55 computed: each message travels in packets with headers of their own. Here with the article's 21 bytes of text; with our 100, 5.7.",
    notes:
      "This is the founding article's stock ticker: 1,000, 10,000 and 100,000 clients, one message a second. Hatched is what was printed, filled is what we measured, outlined is ten times B; the axis is logarithmic, or one would not see WebSocket at all. Its figures are true for what they count, headers of HTTP against headers of frames, but for the line ends, and 435.5 became 500. We sent the request heads of 2009 and 100 bytes of text; the response head and the 21 bytes are put in by arithmetic. Ask the question, then reveal: a packet has 52 bytes of its own, for everybody. Its 3 to 1 in latency is polling back to back at its worst; on average, 50 ms away, we measured 1.97 to 1. With the article's own poll a second it is 10.83 to 1, and 11 computed: it understates its case. So WebSocket is much better than polling, and not five hundred times. Is it always the right choice, then?",
  },
  "when-not": {
    title: "When not to use WebSocket",
    lead: "The great divide is a request per message against a response that stays open.",
    points: [
      "Only the server speaks: SSE, which resumes itself",
      "News may be late: poll (at 10/s 0.8 of these bytes, 0.5 s late)",
      "The answer can be cached: plain HTTP",
      "Both speak, often and soon: WebSocket",
    ],
    question: "With TCP/IP, SSE's overhead is how many times WebSocket's?",
    options: ["1.2 times", "2.5 times", "10 times, as 20 bytes to 2"],
    reveal:
      "{answer}: 124.9 bytes to 106.0. Long polling has 842.8. Choose by who speaks, not by two bytes.",
    notes:
      "Look at the chart: long polling stands out; of the four that stay open three are nearly the same, and the forever frame has 1.4 times as much. Mind the three at the top: ten updates share one answer there, so they look small because they are late; with an update in five seconds, polling costs 41.5 times as much as WebSocket. Ask the question; whoever remembers 20 bytes and 2 bytes will say ten. Reveal: packets cost the same for both, so a fifth more remains. So decide by what you need: who speaks, how often, how soon, and who stands between. WebSocket leaves reconnecting, resuming, and balancing of long connections to you. What has changed since then is on the next slide.",
  },
  "what-came-after": {
    title: "What came after",
    lead: "HTTP/2 compresses the headers of repeated requests. Each update still takes a request.",
    points: [
      "HPACK: a request header of 555 bytes becomes 39",
      "RFC 8441: WebSocket as a stream of HTTP/2, if the server offers it",
      "WebTransport: streams and datagrams over HTTP/3",
    ],
    question: "Over TLS, HTTP/2 long polling has how many times WebSocket's overhead?",
    options: ["8 times", "2.3 times", "Less than WebSocket"],
    reveal:
      "{answer}: 300 bytes to 128. Over HTTP/1.1 without TLS it was 8.0 times: 847 to 106.",
    notes:
      "The article is from 2009, and its numbers are for HTTP/1.1 without TLS. Most web sites today use TLS and HTTP/2. HPACK keeps a table of header fields at both ends of a connection, so a field that repeats costs one byte, a cookie too. Ask the question and reveal. The chart has one bar for each protocol: the orange parts, the headers, almost disappear; what remains are the packets, the TLS records and the HTTP/2 frames of a request and a response. The latency does not change: at a distance, an update that is published just after a response still waits for the next request. Our WebSocket stays on HTTP/1.1, as in a browser whose server does not offer RFC 8441; with it, many WebSockets share one connection. WebTransport is newer: it has streams and datagrams over HTTP/3, and a lost packet delays only its own stream. We have not measured either of them. And now it is your turn.",
  },
  "free-play": {
    title: "Your turn",
    lead: "All eight are live in the lab: change the distance, pull the plug, read the bytes.",
    points: [
      "Pull the plug: who comes back, and is anything lost?",
      "Put in a proxy that buffers: who stands still?",
      "Open one long poll's answer, byte by byte",
    ],
    notes:
      "The eight below are live. Open the lab by the link and take requests from the audience. Three that always work: pull the plug for five seconds and watch who asks again; put in the buffering proxy and see which rows stand still; click an arrow and read its bytes line by line. If you allowed publishing, ask somebody to send a line from a phone, and find it in all rows. The project's README tells how to measure each of today's figures again with one command. Thank you.",
  },
};
