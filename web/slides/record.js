// From which record do the slides show charts and figures? The one whose claims the READMEs show.
export const RECORD = "2026-11-29-02";
// From which record does the slide about TLS and HTTP/2 show them?
export const WIRES = "2026-11-29-04";
