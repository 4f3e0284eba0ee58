// What do the slides say, in English? The same keys as in every other language. The words of a slide
// have its id as their key. `{answer}` is the number that answers the question, with its unit.

export default {
  sources: {
    d2: "Naver D2, helloworld/1336, “WebSocket”",
    founding: "Lubbers and Greco 2009, “HTML5 WebSocket: A Quantum Leap in Scalability for the Web” (websocket.org)",
    ria: "Allaire 2002, “Macromedia Flash MX: A next-generation rich client”",
    ajax: "Garrett 2005, “Ajax: A New Approach to Web Applications”",
    rfc6202_long: "RFC 6202, section 2.2",
    rfc6202_stream: "RFC 6202, section 3",
    rfc6455: "RFC 6455",
    rfc8446: "RFC 8446, section 5.2",
    rfc9110: "RFC 9110, sections 7.6.1 and 7.8 (Connection, Upgrade)",
    html_sse: "WHATWG HTML, “Server-sent events”",
    theory: "Arithmetic: interval T, one-way delay d; mean T/2 + d, worst case T + d",
    packets: "Arithmetic: IPv4 and TCP with timestamps, 52 bytes per packet, one ACK",
    live: "Live: the connections of this lab",
    record_steady: "Record 2026-11-29-02, scenario steady: 200 clients, 10 updates/s, with TCP/IP",
    record_heads: "Record 2026-11-29-02, scenario steady, without TCP/IP",
    record_rare: "Scenario rate-0-2: one update every 5 s, with TCP/IP",
    record_clients: "Record 2026-11-29-02, scenario clients-1000: 1 update/s, without TCP/IP",
    record_rtt: "Record 2026-11-29-02, scenario rtt-200ms: 4 updates/s",
    record_claims: "Record 2026-11-29-02, claims.txt",
    record_all: "Record 2026-11-29-02: HTTP/1.1, no TLS",
    record_wires: "Record 2026-11-29-04, updates of 100 bytes, with TCP/IP",
    rfc7541: "RFC 7541 (HPACK)",
    rfc8441: "RFC 8441 (WebSocket over HTTP/2)",
    webtransport: "W3C, “WebTransport”",
    claims: "Its claims.txt: 4 Hz, as Pimentel and Nickerson 2012 (tables not available)",
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
    lead: "How can a server send data that the browser did not request?",
    points: [
      "Eight transports, one feed, one server",
      "Below: every message between server and browser",
    ],
    notes:
      "Welcome. This talk follows the Naver D2 article, from the page that flickers to the connection on which both sides can send. The two rows are live: they show the same updates, once over long polling and once over WebSocket. Do not explain them yet. Let people compare how many arrows each row needs. The numbers stay hidden until later. If the corner says “recorded”, no server answers and the slides play a recording; the talk works in the same way. Press the right arrow key or Space to go on. With --lan, everybody joins in on the next slide.",
  },
  join: {
    title: "Join in",
    lead: "Scan the code and choose a transport. Your phone becomes a client.",
    points: [
      "The counters include your phone",
      "You can change the transport at any time",
      "Phones connect directly, without the added delay",
    ],
    notes:
      "[Ask people to scan the code and to choose a transport.]\nEach phone is a real client and appears in the counters. If nobody has a phone on this network, skip this slide; nothing later depends on it. Phones connect to the server directly, so their latency does not include the delay that the slides add. Publishing is off until you allow it. Once it is on, the slide lists what people send, and a badge below says so on every slide. Go on when the counters no longer change. We begin where the web began: with the page.",
  },
  "page-refresh": {
    title: "Page refresh: load the page again",
    lead: "The browser requests and redraws the whole page.",
    points: [
      "How: request, response, a new page",
      "Cost: the whole page, every time",
      "Limit: cannot change only part of the page",
    ],
    question: "How many bytes of overhead does each update add?",
    options: ["About 10", "About 100", "About 1,000"],
    reveal: "{answer}: request headers, response headers and the page. Recorded, one update per page: 959.",
    notes:
      "This is the classic web: every response is a page, and new content is a new page. The page in the panel reloads itself one second after it has loaded. One line of HTML tells it to; there is no script. The border of the panel flashes at each load. The article says that the screen flickers. Current browsers keep the old picture until the new page is ready, so we mark the reload instead. In the picture, red is request headers, orange response headers, purple the format (here HTML), and grey the update itself.\n[Let people guess by a show of hands, then press the right arrow key.]\nThe number is live, leaves out TCP/IP headers, and counts the pages that brought an update. Most of it is headers, which are the same every time. Why was the flicker a problem?",
  },
  "rich-pages": {
    title: "Rich internet applications",
    lead: "Web applications should feel like desktop programs. A refresh does not.",
    points: [
      "Every refresh redraws everything: it flickers",
      "Focus, scroll position and half-typed text are lost",
      "The goal: change only the part that is new",
    ],
    notes:
      "Both boxes receive the same updates, and in both somebody types a line. The left one is a page refresh: each update replaces the whole page, and the half-typed line is gone. The right one changes only the list, so the line stays. Macromedia called such pages rich internet applications in 2002, and built them with a plug-in, Flash. In 2005 Garrett gave a name to the same idea without a plug-in: Ajax. For a chat, a mail program or a map, flicker is not only ugly: people cannot work in a page that forgets what they are doing. So all the techniques that follow change a part of the page. The first one hides the reload.",
  },
  "hidden-frame": {
    title: "Hidden frame: reload out of sight",
    lead: "An invisible frame reloads. Its scripts update the page.",
    points: [
      "How: a page refresh inside the page",
      "Cost: a request and a document, every time",
      "Limit: sees an update only when it asks again",
    ],
    question: "How many bytes of overhead does each update add now?",
    options: ["About 900", "About 100", "About 10"],
    reveal: "{answer}: no flicker, but the same traffic. Recorded, one update per frame: 898.",
    notes:
      "This is an early technique of rich pages. Nothing flashes in the panel. Every second the browser loads an invisible frame, and the script tags in it call a function of the page around it.\n[Ask the question, let people guess, then press the right arrow key.]\nFor the network the frame is one more document, requested with all its headers. The view has improved, and the traffic has not. If we do not need a document, a script can request only the data.",
  },
  polling: {
    title: "Polling: anything new?",
    lead: "A script asks every second. The server answers at once, update or not.",
    points: [
      "How: data instead of a document",
      "Cost: request, response, every time",
      "Limit: an update waits for the next request",
    ],
    question: "One way takes 100 ms. The script asks every second. How late is an update?",
    options: ["100 ms: one way", "200 ms: a round trip", "100 ms plus a wait of up to 1,000 ms"],
    reveal: "Median of the newest updates: {answer}: the wait for the next request, plus one way. Recorded mean: 583 ms.",
    notes:
      "Now a script asks, and the response is one line of JSON. The symbol on the server’s line is the moment when the server has the update. There is an update every 2.2 s, so more than half of the responses are empty.\n[Let people guess, then reveal.]\nThe update waits for the next request: on average half of the interval, plus one way. The number is the median of the newest 20 updates, so it keeps changing; it is larger if the browser slows down timers in the background. The pile adds up all bytes since the slide began, TCP/IP in light grey, and its label is the scale; the number beside it leaves TCP/IP out. The script could ask ten times per second, but then most responses would be empty. It is better if the server keeps the request until there is an update.",
  },
  "long-polling": {
    title: "Long polling: the server waits",
    lead: "The server answers when there is an update. The script asks again at once.",
    points: [
      "How: a request that waits",
      "Cost: request and response per update",
      "Limit: sends only if a request is waiting",
    ],
    question: "One way takes 100 ms. How late is an update?",
    options: ["100 ms: one way", "200 ms: a round trip", "300 ms: three times one way"],
    reveal: "{answer}: the request already waits, so only the response travels. Worst case without loss: 300 ms.",
    notes:
      "Look at the row: the request arrives before the update exists, and waits.\n[Let people guess, then reveal.]\nWhen the symbol appears, the response leaves at once, so it is one way only; the record says 101 ms. The number is the median of the newest 20 updates. If it is much larger, this computer is busy. The worst case is an update just after a response has left. It waits for that response, for the next request and for its own response: three times one way. So long polling is not slow at one update per second. Its price is a complete request for each update. Can one response carry updates that do not exist yet? Yes, if it does not end.",
  },
  "forever-frame": {
    title: "Forever frame: an open document",
    lead: "The hidden frame loads a document that does not end.",
    points: [
      "How: script tags, one after another",
      "Cost: about 40 bytes per update",
      "Limit: grows; a cut goes unnoticed",
    ],
    question: "How many updates has one request delivered so far?",
    options: ["1", "6", "All of them"],
    reveal: "{answer} so far, all by one request: every update since this page connected.",
    notes:
      "The article calls this technique the stream. Each arrow is a script tag, and the browser runs it when it arrives. With its chunk, a tag adds about 40 bytes, without TCP/IP.\n[Let people guess, then reveal.]\nIf you come back later, the number has grown. The browser pays for it: the document grows, so the page loads it again every five minutes, with one more request. When the connection is lost, the browser tells nobody. The technique was made for browsers that had nothing better. Today a script can read the stream itself.",
  },
  "http-streaming": {
    title: "HTTP streaming: one line per update",
    lead: "A script reads one response that stays open, line by line.",
    points: [
      "How: JSON lines in an open response",
      "Cost: 7 bytes per update",
      "Limit: a buffering proxy blocks it",
    ],
    question: "How many bytes of overhead does each update add?",
    options: ["Under 10", "About 100", "About 700: the usual headers"],
    reveal: "{answer}: a line break, the chunk size and its two line breaks. The headers were sent once.",
    notes:
      "The response stays open here, too, but a script reads it, so no frame is needed. Look at the row: there was one request at the start, and since then only data from the server.\n[Let people guess, then reveal.]\nOf hundreds of bytes, about seven are left. A chunk is not a message. What arrives may end in the middle of a line, so our script joins the pieces. A proxy that buffers the whole response blocks the stream; you can try that in the lab. Every page needs this code for reading and resuming, so browsers have taken it over.",
  },
  sse: {
    title: "SSE: the browser reads the stream",
    lead: "EventSource reads events from an open response. It reconnects on its own.",
    points: [
      "How: a stream with a standard format",
      "Cost: about 26 bytes per update",
      "Limit: the browser cannot send over it",
    ],
    question: "With “data:” and an id: how many bytes of overhead does each update add?",
    options: ["About 2", "About 25", "About 200"],
    reveal: "{answer}: “id:”, “data:”, an empty line and the chunk. With the id, the browser can resume.",
    notes:
      "Server-sent events are HTTP streaming as a standard. The whole client is new EventSource and onmessage. The row looks like the one before.\n[Let people guess, then reveal.]\nIt costs a few bytes more. In return the browser knows its position and reconnects with Last-Event-ID. If only the server sends, this may be all that you need; we come back to that. All techniques so far follow one rule: the browser requests, and the server responds. To send something, the page needs another request each time. The next technique breaks this rule.",
  },
  websocket: {
    title: "WebSocket: both sides can send",
    lead: "One handshake, then one connection. Each side sends when it wants.",
    points: [
      "How: both ways over one connection",
      "Cost: 2 bytes, an open connection",
      "Limit: no automatic reconnect",
      "Faster: at 4/s, round trip 400 ms, long polling is 2.03 times as late",
    ],
    question: "Long polling adds about 700 bytes. And WebSocket?",
    options: ["About 350", "About 50", "About 2"],
    reveal: "{answer}: one frame header. With a round trip of 200 ms, both arrive after 101 ms.",
    notes:
      "The two transports, one above the other, drawn from the live connections. Count the arrows per update: a request and a response above, one arrow below.\n[Press “Send a line”.]\nBoth clients send the same text, long polling with a POST request, WebSocket with a frame on its open connection; a second later the picture stands still for five seconds.\n[Then ask the question and reveal.]\nJust after the line, the latency is a little lower. Look at the latency: at one update per second both arrive at the same time. WebSocket is faster when updates come faster than a round trip. At 4 updates per second and a round trip of 400 ms, long polling is 2.03 times as late, because updates wait for the next request. These bytes leave out TCP/IP; a later slide adds it. How does an HTTP connection become a WebSocket?",
  },
  handshake: {
    title: "The handshake: from key to token",
    lead: "An HTTP/1.1 request asks for an upgrade. The server answers with a token.",
    points: [
      "The token is made from the key",
      "It is not a secret, only a proof",
    ],
    question: "How many bytes does the handshake take?",
    options: ["About 70", "About 700", "About 7,000"],
    reveal: "{answer}, once: like one long poll. Recorded: 672. After that, only frames.",
    notes:
      "This is the newest handshake of our own WebSocket, the request on the left and the response on the right. The browser makes a random key. The server appends a fixed text that is the same everywhere, computes SHA-1, encodes the result in Base64 and sends it back. Follow the steps in the middle. The last line is the SHA-1 value; in Base64 it is the token on the right. It is not a password and not encryption. It only prevents a cache, or a server that does not know WebSocket, from answering by accident.\n[Let people guess the size, then reveal.]\nA handshake costs as much as one long poll, but only once. After it there is no HTTP on this connection, only frames.",
  },
  frames: {
    title: "Frames: the header, bit by bit",
    lead: "Many messages share one connection. Each has a header of a few bytes.",
    points: [
      "FIN: last fragment? Opcode: what kind?",
      "Length: 7 bits, or 16 or 64 more",
      "From the server: 2, 4 or 10 bytes",
      "From the browser: 6, 8 or 14 bytes",
    ],
    question: "The browser sends 100 bytes. How long is the header?",
    options: ["2 bytes", "6 bytes", "14 bytes"],
    reveal: "{answer}: 2, and a masking key of 4. The mask keeps proxies from reading a message as HTTP.",
    notes:
      "This is the newest frame, bit by bit. The first bit, FIN, says that the message ends with this frame. Three bits are reserved for extensions. The opcode says that it is text. Then come the mask bit and the length. A length of 100 fits into seven bits, so the header has two bytes; longer messages need two or eight more.\n[Ask about the other direction, then reveal.]\nThe mask is not encryption: its key is in the frame. It prevents a page from writing bytes that an old proxy would read as a request. Programmers never see any of this. The next slide shows what they see.",
  },
  api: {
    title: "The API: six names",
    lead: "A constructor, three handlers, two methods. First test whether they exist.",
    points: ["Run the lines from top to bottom", "What you send comes back as an update"],
    shows: {
      test: "Does this browser support WebSocket?",
      open: "Connects. onopen: after the handshake; onclose: at the end.",
      onmessage: "Called for each message, with its text.",
      send: "Sends one text frame. Everybody receives it as an update.",
      close: "Closes the connection. onclose receives the code.",
    },
    notes:
      "These are the names in the article. There are a few more, which most pages do not need. Run the steps one after another with their buttons, and read each result aloud; without a server, recorded responses take its place. The test says true in every current browser. Open a connection and wait for onopen. Set onmessage, and updates arrive. Send a line, and it comes back as an update, without a request. Close, and look at the code: 1005 means that none was given. Two things are missing: the API neither reconnects nor resumes, so you write both yourself. We have not talked about the address yet.",
  },
  wss: {
    title: "ws:// and wss://",
    lead: "wss is to ws what https is to http: the same frames, inside TLS.",
    points: [
      "TLS adds 22 bytes per record (5 + 1 + 16)",
      "In production: wss, for the same reasons as https",
    ],
    notes:
      "The slide shows the same frame twice, 16 bytes per line. On the left is what anyone on the path sees with ws: the frame header and the text. On the right is what they see with wss: one TLS record. Only its first five bytes can be read: the type, a version and the length. The encrypted bytes next to a line are that line. After them come the type of the content and a tag of 16 bytes that reveals any change. Only the address changes to wss; the API, the handshake and the frames remain the same. A page from https must use wss; browsers refuse ws there, except to the same computer. There is one more reason: a proxy cannot change what it cannot read. That is the next slide. Apart from this slide, no number before “What came after” includes TLS.",
  },
  ports: {
    title: "Ports, firewalls and proxies",
    lead: "WebSocket starts as HTTP on the port of HTTP, so firewalls let it pass.",
    points: [
      "Same port, same kind of request",
      "“Upgrade” is meant for one hop only",
      "Some proxies buffer responses",
    ],
    question: "A proxy removes “Upgrade”. How many still work?",
    options: ["None", "4 of 8", "7 of 8: all but one"],
    reveal: "{answer}: HTTP passes an HTTP proxy. WebSocket is refused, as no upgrade arrives.",
    notes:
      "The article has another argument: WebSocket uses the same ports as HTTP, so a firewall that allows HTTP also allows WebSocket.\n[Ask the question.]\nThe answer switches the proxy on; you can also use the button. The proxy follows HTTP: it removes a header that is meant for one hop only, and Upgrade is one. Inserting it cuts all open connections, and seven transports come back. A forever frame is not told that it was cut and would need 20 s to find out, so this slide loads it again. WebSocket is refused, because its request arrives without Upgrade. Switch the proxy off, and it reconnects; its pauses grow, so this may take half a minute. So keep long polling as a fallback. wss also helps, because a proxy that does not decrypt TLS can only forward it. Now we compare the published figures with ours.",
  },
  overhead: {
    title: "Protocol overhead",
    lead: "Overhead: all bytes except the update. The article of 2009 counts the headers.",
    points: [
      "Per poll: 692 + 179 = 871 bytes",
      "Per WebSocket message: 2 bytes",
      "Its conclusion: 500:1",
    ],
    question: "Which bytes does this count leave out?",
    options: ["Cookies", "TCP/IP headers", "The status line"],
    reveal: "{answer} per packet: the TCP/IP headers. A poll takes 3 packets, a message takes 2.",
    notes:
      "The article of 2009 by Lubbers and Greco made WebSocket famous. It calls the headers unnecessary overhead, and it counts them for a stock ticker with one poll per second (the text has 21 bytes). Its browser, Firefox 3.5, sends 692 bytes of request header, and the server answers with 179. A WebSocket message has a header of two bytes. The bars have the same scale; the lower one is almost invisible.\n[Ask the question, then reveal.]\nCookies and the status line are included; what is missing is the header of every packet. Both have it, and the acknowledgements are packets, too. With this you can calculate the next answer yourselves.",
  },
  figures: {
    title: "Published and measured figures",
    lead: "“500:1” is 871 to 2, rounded up from 435.5. With line breaks: 454.5.",
    points: [
      "Per poll: 871; with line breaks: 909",
      "Per message: 2, as published",
      "Latency, published 3:1: 1.97:1 back to back, 10.83:1 once a second",
    ],
    question: "With TCP/IP and payload, a poll is how many times as large as a message?",
    options: ["500 times", "About 50 times", "Under 10 times"],
    reveal: "{answer} (computed: 8.55). With 100 bytes of text, not 21: 5.7.",
    notes:
      "This is the stock ticker of the article of 2009: 1,000, 10,000 and 100,000 clients, one message per second. Its figures are correct for what they count, HTTP headers against frame headers. It only missed the line breaks, and it rounded 435.5 up to 500. We sent the request headers of 2009 and 100 bytes of text; the response headers and the 21 bytes of text are added by arithmetic.\n[Ask the question, then reveal.]\nEach packet adds 52 bytes, for both. The claim of 3 to 1 in latency is the worst case of back-to-back polling. With 50 ms for one way we measured 1.97 to 1 on average. With one poll per second, as the article assumes, it is 10.83 to 1, so it understates its own case. WebSocket is much better than polling, but not 500 times. Is it always the right choice?",
  },
  "when-not": {
    title: "When not to use WebSocket",
    lead: "The main difference: one request per message, or a response that stays open.",
    points: [
      "Only the server sends: SSE",
      "Late is fine: polling (10 updates per response, 0.5 s late)",
      "Cacheable: plain HTTP",
      "Both send, often and fast: WebSocket",
    ],
    question: "With TCP/IP, the overhead of SSE is how many times that of WebSocket?",
    options: ["1.2 times", "2.5 times", "13 times: 26 bytes to 2"],
    reveal: "{answer}: 124.9 bytes to 106.0. Long polling: 842.8.",
    notes:
      "[Ask the question before you explain the chart.]\nPeople who remember 26 bytes and 2 bytes will say 13.\n[Reveal.]\nPackets cost the same for both, so the difference is a fifth. Long polling costs far more than every transport whose response stays open. Polling costs only 0.8 times as much as WebSocket here, and page refresh far less than on its own slide, because ten updates share one response; that is why they are late. With one update in five seconds, polling costs 41.5 times as much as WebSocket. So choose by what you need: who sends, how often, how fast, and which proxies are on the path. With WebSocket you write reconnecting, resuming and the balancing of long connections yourself. The next slide shows what has changed since 2009.",
  },
  "what-came-after": {
    title: "What came after",
    lead: "HTTP/2 compresses repeated headers. Each update still needs a request.",
    points: [
      "HPACK: request header 555 to 39 bytes",
      "RFC 8441: WebSocket over HTTP/2",
      "WebTransport: streams over HTTP/3",
    ],
    question: "Over TLS, the overhead of long polling over HTTP/2 is how many times that of WebSocket?",
    options: ["8 times", "2.3 times", "Under 1: less than WebSocket"],
    reveal: "{answer}: 300 bytes to 128. HTTP/1.1 without TLS: 8.0 times, 847 to 106.",
    notes:
      "The numbers of the article of 2009 are for HTTP/1.1 without TLS. Most web sites now use TLS and HTTP/2. HPACK keeps a table of header fields at both ends of a connection, so a repeated field costs one byte, even a cookie.\n[Ask the question and reveal.]\nThe headers almost disappear. What remains are the packets, the TLS records and the HTTP/2 frames of a request and a response. The latency does not change: an update just after a response still waits for the next request. Our WebSocket uses HTTP/1.1, as browsers do if the server does not support RFC 8441. The 847 bytes differ a little from the 842.8 before, which are of another record. With RFC 8441, many WebSockets share one connection. WebTransport is newer: it runs over HTTP/3, and a lost packet delays only its own stream; we have not measured these two. Now it is your turn.",
  },
  "free-play": {
    title: "Your turn",
    lead: "All eight transports are live. Change the round-trip time, cut connections, read bytes.",
    points: [
      "Cut the connection: which clients come back?",
      "Insert a buffering proxy: which rows stop?",
      "Open a response of long polling, byte by byte",
    ],
    notes:
      "The eight rows are live. Open the lab with the link, and let the audience decide what to try. Three experiments always work. Disconnect for five seconds, and watch which clients reconnect and whether an update is lost. Insert the buffering proxy, and watch which rows stop. Click an arrow, and read its bytes line by line. If you have allowed publishing, ask somebody to send a line from a phone, and find it in all rows. The README of the project explains how to repeat each measurement with one command. Thank you.",
  },
};
