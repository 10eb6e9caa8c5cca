/** Functions that the loaders of services share. */
/** @typedef {import("./choice.js").Choice} Choice */
/**
 * @typedef {object} Settings Settings of a service, from the site builder.
 * @property {string} id the vendor's id, or the address of a generic service
 * @property {number} [days] how long cookies may live
 * @property {string[]} [scripts] further origins whose scripts the vendor's script may load
 */
/**
 * @typedef {(settings: Settings, granted: boolean, choice: Choice) => void} Load called anew
 *   whenever the choice changes
 */
/** @typedef {(settings: Settings, choice: Choice) => void} Step */

/** The page's global object, to which vendors' scripts attach their queues. */
export const page = /** @type {any} */ (window);

/** The value of a consent signal of Google and Microsoft. @param {boolean} isGranted */
export const word = (isGranted) => (isGranted ? "granted" : "denied");

/**
 * Makes a loader from its steps. No step runs for a service that was never granted, or when nothing
 * has changed.
 * @param {{start: Step, stop?: Step, resume?: Step, change?: Step}} steps `start` at the first
 *   grant, `stop` when it is withdrawn, `resume` when it is granted again before a new page was
 *   loaded, `change` when another category has changed meanwhile
 * @returns {Load}
 */
export const loader = ({ start, stop, resume, change }) => {
  /** Whether a service was granted at the last call, by its id. @type {Map<string, boolean>} */
  const last = new Map();
  return (settings, granted, choice) => {
    const before = last.get(settings.id);
    if (before === undefined && !granted) return;
    last.set(settings.id, granted);
    let step = granted ? resume : stop;
    if (before === undefined) step = start;
    else if (before === granted) step = change;
    try {
      step?.(settings, choice);
    } catch (error) {
      // An exception of one vendor's script must not stop the others.
      reportError(error);
    }
  };
};

/**
 * Lets a vendor's script load further scripts of these origins. It sets their addresses as strings,
 * which Trusted Types refuse unless the page's default policy permits them.
 * @param {string[]} origins
 */
export const permit = (origins) => {
  if (origins.length === 0) return;
  page.kelisimOrigins ??= new Set();
  // biome-ignore lint/suspicious/useIterableCallbackReturn: a loop changes the bundle
  origins.forEach((origin) => page.kelisimOrigins.add(origin));
  try {
    page.kelisimDefault ??= page.trustedTypes?.createPolicy("default", {
      createScriptURL: (/** @type {string} */ address) =>
        page.kelisimOrigins.has(new URL(address, location.href).origin) ? address : null,
    });
  } catch {
    // The embedding page has a default policy already, which decides.
  }
};

/** Scripts that have run. @type {WeakSet<HTMLScriptElement>} */
const loaded = new WeakSet();

/**
 * Prevents a script that is still loading from running, by moving it to another document: browsers
 * do not run a script whose document has changed.
 * @param {HTMLScriptElement | undefined} script
 * @returns {boolean} whether it was still loading
 */
export const abandon = (script) => {
  if (!script || loaded.has(script)) return false;
  document.implementation.createHTMLDocument().adoptNode(script);
  return true;
};

/**
 * Loads a vendor's script. Under Trusted Types only the policy `kelisim` may create script
 * addresses, and it can be created only once.
 * @param {string} address
 * @param {string[]} [further] origins whose scripts it loads in turn
 * @returns {HTMLScriptElement}
 */
export const loadScript = (address, further = []) => {
  page.kelisimPolicy ??= page.trustedTypes?.createPolicy("kelisim", {
    createScriptURL: (/** @type {string} */ same) => same,
  });
  permit(further);
  const script = document.createElement("script");
  script.src = page.kelisimPolicy?.createScriptURL(address) ?? address;
  script.addEventListener("load", () => loaded.add(script));
  document.head.append(script);
  return script;
};
