//! One row for each kind of attack.

/// A row of the table: the attack, and the server's reaction.
pub struct Row {
    pub english: [&'static str; 2],
    pub korean: [&'static str; 2],
    /// The Cargo test target, and the filter for its tests.
    pub test: [&'static str; 2],
}

pub const ROWS: [Row; 24] = [
    Row {
        english: [
            "requests for an unknown host, for example by DNS rebinding",
            "421 on every route except `/healthz` and `/readyz`",
        ],
        korean: [
            "이 서버의 호스트 이름이 아닌 요청(DNS 리바인딩 등)",
            "`/healthz`와 `/readyz`를 제외한 모든 경로에서 421",
        ],
        test: ["api", "hostile::hosts"],
    },
    Row {
        english: [
            "a page in Chromium whose host name was rebound to 127.0.0.1, or of another origin",
            "it reads and publishes nothing",
        ],
        korean: [
            "Chromium에서 연 페이지의 이름이 127.0.0.1로 연결되거나 출처가 다른 경우",
            "읽지도 발행하지도 못함",
        ],
        test: ["browser", "origins"],
    },
    Row {
        english: [
            "POSTs and handshakes from pages of another origin, scheme, port or site",
            "403 with the name of the header and the option",
        ],
        korean: [
            "출처나 스킴, 포트가 다른 페이지나 다른 사이트의 POST와 핸드셰이크",
            "판단한 헤더와 설정할 옵션을 알리는 403",
        ],
        test: ["api", "hostile::origins"],
    },
    Row {
        english: [
            "forged `Forwarded` and `X-Forwarded-*` fields",
            "they grant no rights, whether the proxy is trusted or not",
        ],
        korean: [
            "위조한 `Forwarded`와 `X-Forwarded-*` 필드",
            "프록시를 신뢰하든 아니든 권한을 얻지 못함",
        ],
        test: ["api", "hostile::forwarded"],
    },
    Row {
        english: [
            "all of the above through nginx and HAProxy",
            "all eight transports work; no client becomes the presenter",
        ],
        korean: [
            "위의 요청을 nginx와 HAProxy를 거쳐 보냄",
            "여덟 가지 전송 방식은 동작하고, 발표자가 되는 클라이언트는 없음",
        ],
        test: ["api", "proxies"],
    },
    Row {
        english: [
            "cookies, passwords and the presenter's token, sent through a panel of the lab",
            "the lab shows asterisks in their place",
        ],
        korean: [
            "실험실 패널로 보낸 쿠키, 비밀번호, 발표자 토큰",
            "실험실 화면에는 별표로 표시",
        ],
        test: [
            "api",
            "lab::wire::only_known_headers_are_shown_and_never_a_token",
        ],
    },
    Row {
        english: [
            "messages that are not HTTP or are ambiguous",
            "400, 417, 431 or 501, then closed",
        ],
        korean: [
            "HTTP가 아니거나 두 가지로 해석될 수 있는 메시지",
            "400, 417, 431, 501 중 하나로 응답하고 연결 종료",
        ],
        test: ["api", "hostile::messages"],
    },
    Row {
        english: [
            "invalid cursors, paths outside the served folders, other methods",
            "400, 404 or 405",
        ],
        korean: [
            "숫자가 아닌 커서, 공개 폴더를 벗어나는 경로, 다른 메서드",
            "400, 404, 405 중 하나로 응답",
        ],
        test: ["api", "hostile::targets"],
    },
    Row {
        english: [
            "bodies that are not JSON or UTF-8, compressed, deeply nested or too long",
            "400, 413 or 415; nothing is published",
        ],
        korean: [
            "JSON이나 UTF-8이 아니거나, 압축되었거나, 깊이 중첩되었거나, 너무 긴 본문",
            "400, 413, 415 중 하나로 응답하고 발행하지 않음",
        ],
        test: ["api", "hostile::bodies"],
    },
    Row {
        english: [
            "handshakes that violate RFC 6455",
            "400, 403, 405 or 426; nothing is upgraded",
        ],
        korean: [
            "RFC 6455에 맞지 않는 핸드셰이크",
            "400, 403, 405, 426 중 하나로 응답하고 업그레이드하지 않음",
        ],
        test: ["api", "hostile::handshakes"],
    },
    Row {
        english: [
            "WebSocket frames that violate RFC 6455 or declare a length over the limit",
            "close code 1002, 1003, 1007 or 1009",
        ],
        korean: [
            "RFC 6455에 맞지 않거나 선언한 길이가 한도를 넘는 웹소켓 프레임",
            "Close 코드 1002, 1003, 1007, 1009 중 하나",
        ],
        test: ["api", "frames"],
    },
    Row {
        english: [
            "headers, bodies and messages that arrive byte by byte",
            "408 or close code 1008 after the deadline",
        ],
        korean: [
            "조금씩 천천히 보내는 헤더, 본문, 메시지",
            "제한 시간이 지나면 408 또는 Close 코드 1008",
        ],
        test: ["api", "connection::deadlines"],
    },
    Row {
        english: [
            "more connections than allowed, in total or from one address",
            "503 at once",
        ],
        korean: ["전체 또는 한 주소의 연결 수 한도 초과", "즉시 503"],
        test: ["api", "connection::limits"],
    },
    Row {
        english: [
            "20,000 connections that send nothing",
            "the oldest are closed, and the server continues to answer",
        ],
        korean: [
            "아무것도 보내지 않는 연결 20,000개",
            "오래된 연결부터 종료하며 서버는 계속 응답",
        ],
        test: ["api", "connection::flood"],
    },
    Row {
        english: [
            "more connections than the server can open files for: silent ones, a burst at a full server, all from one address, or clients that do not read files",
            "the oldest silent ones are closed; the others get 503 at once; one address gets at most half of the connections; a response from a file counts as a connection",
        ],
        korean: [
            "서버가 열 수 있는 파일 수보다 많은 연결: 아무것도 보내지 않는 연결, 연결 한도에 도달한 서버에 몰리는 연결, 한 주소에서 여는 연결, 파일을 요청하고 읽지 않는 연결",
            "아무것도 보내지 않는 연결을 오래된 것부터 종료. 몰리는 연결에는 503. 한 주소는 전체 연결의 절반까지만 허용하고, 파일도 연결로 셈",
        ],
        test: ["api", "connection::few_files"],
    },
    Row {
        english: [
            "500 connections to one panel of the lab",
            "those beyond the panel's share are reset; the page and the other panels continue to answer",
        ],
        korean: [
            "실험실의 한 패널로 여는 연결 500개",
            "패널의 할당량을 넘는 연결은 재설정하고, 페이지와 다른 패널은 계속 응답",
        ],
        test: ["api", "lab::crowd"],
    },
    Row {
        english: [
            "200 MiB without a line end on standard input",
            "the line is skipped with one log line and uses no memory",
        ],
        korean: [
            "표준 입력으로 보낸 줄바꿈 없는 200 MiB",
            "메모리를 쓰지 않고 그 줄을 건너뛰며, 로그에 한 줄을 남김",
        ],
        test: [
            "api",
            "sources::a_line_of_standard_input_that_never_ends_is_skipped_and_takes_no_memory",
        ],
    },
    Row {
        english: [
            "requests after a response that never ends",
            "the connection is closed and uses no memory",
        ],
        korean: [
            "끝나지 않는 응답 뒤에 이어 보낸 요청",
            "메모리를 쓰지 않고 연결 종료",
        ],
        test: ["api", "connection::pipelining"],
    },
    Row {
        english: [
            "1,100 text frames in one write, 3,000 pipelined POSTs, or a client that publishes as fast as it can",
            "other clients receive each update on time; POSTs over the limit get 429, and frames are read more slowly",
        ],
        korean: [
            "한 번의 쓰기로 보낸 텍스트 프레임 1,100개, 파이프라인으로 보낸 POST 3,000개, 또는 최대 속도로 계속 발행하는 클라이언트",
            "다른 클라이언트는 모든 업데이트를 제때 받음. 한도를 넘은 POST에는 429, 프레임은 더 천천히 읽음",
        ],
        test: ["api", "publish_rate"],
    },
    Row {
        english: [
            "votes that are invalid, come after the end of the vote, are for another question, exceed the publishing limits, or come from more than 500 voters in one network",
            "400, 409, 413 or 429; nothing is counted",
        ],
        korean: [
            "잘못된 투표, 마감된 질문이나 다른 질문에 대한 투표, 발행 한도를 넘는 투표, 한 네트워크에서 500명을 넘는 투표자의 투표",
            "400, 409, 413, 429 중 하나로 응답하고 집계하지 않음",
        ],
        test: ["api", "lab::vote"],
    },
    Row {
        english: [
            "1,024 POSTs of 64 KiB full of `<` and `‹`, read in every format",
            "the history stays within `--history-bytes`",
        ],
        korean: [
            "`<`와 `‹`로 가득한 64 KiB POST 1,024개를 모든 형식으로 읽음",
            "이력은 `--history-bytes` 이내로 유지",
        ],
        test: ["api", "history_bytes"],
    },
    Row {
        english: [
            "clients that do not read",
            "no other client is delayed, and waiting updates take no additional memory",
        ],
        korean: [
            "응답을 읽지 않는 클라이언트",
            "다른 클라이언트는 지연되지 않고, 대기 중인 업데이트가 메모리를 더 쓰지 않음",
        ],
        test: ["api", "slow"],
    },
    Row {
        english: [
            "long responses that the client does not read",
            "the server produces at most 64 KiB of each in advance; a client that reads nothing is disconnected",
        ],
        korean: [
            "클라이언트가 읽지 않는 긴 응답",
            "응답마다 메모리에는 64 KiB만 유지, 아무것도 받지 않는 클라이언트는 연결 종료",
        ],
        test: ["api", "long_responses"],
    },
    Row {
        english: [
            "a client that is rejected repeatedly",
            "at most five log lines per minute for its address",
        ],
        korean: [
            "거부되는 요청을 되풀이하는 클라이언트",
            "주소마다 로그에 1분당 다섯 줄만 남김",
        ],
        test: ["api", "start::a_client_cannot_fill_the_log_with_rejections"],
    },
];
