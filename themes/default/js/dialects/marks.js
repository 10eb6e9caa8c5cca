/** Selects what may wait for permission, in any dialect: without such an element the piece that gates markup isn't loaded. */
export const MARKS = "[data-consent]";
