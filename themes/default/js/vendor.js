/** What the loaders of services share. */
/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {(id: string, granted: boolean, choice: Choice) => void} Load called anew whenever the choice changes */

/** The page's global object, to which vendors' scripts attach their queues. */
export const page = /** @type {any} */ (window);

/** Loads a vendor's script. Trusted Types let a script be named only by this policy, and let it be made only once. @param {string} address */
export const loadScript = (address) => {
  page.kelisimPolicy ??= page.trustedTypes?.createPolicy("kelisim", {
    createScriptURL: (/** @type {string} */ same) => same,
  });
  const script = document.createElement("script");
  script.src = page.kelisimPolicy?.createScriptURL(address) ?? address;
  document.head.append(script);
};
