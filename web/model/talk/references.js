// Which files does a document, a style sheet or a module load? Those that its text names: in an
// `href` or `src`, in an `@import`, and in an `import` whose path is written out.

const NAMED = /(?:\bfrom\s+|\b(?:href|src)=|@import url\()"([^":]+\.(?:js|css|svg))"/g;

// As they are written: relative to the file.
export const references = (text) => [...text.matchAll(NAMED)].map(([, path]) => path);
