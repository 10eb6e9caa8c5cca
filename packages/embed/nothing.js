/**
 * What is allowed before anything is known, and on a server.
 * @type {Readonly<KelisimChoice>}
 */
export const NOTHING = Object.freeze({ functional: false, analytics: false, marketing: false });
