// From which record do the slides show charts and figures? The one whose claims the READMEs show.
export const RECORD = "2026-11-29-02";
