// Of which record do the slides show charts and figures? Of the one that the READMEs show.
export const RECORD = "2026-11-24-03";
