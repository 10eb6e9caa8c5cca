/**
 * What the loaders of services share. Browsers load it once, as a module of its own: its state is
 * that of the page.
 */
/** @typedef {import("./choice.js").Choice} Choice */
/**
 * @typedef {object} Settings Settings of a service, from the site builder.
 * @property {string} id the vendor's id, or the address of a generic service
 * @property {string} service the service's id in the register
 * @property {number} [days] how long cookies may live
 * @property {string[]} [scripts] further origins whose scripts the vendor's script may load
 * @property {Record<string, any>} [options] `[service.options]` of the register
 */
/**
 * @typedef {(settings: Settings, granted: boolean, choice: Choice) => void} Load called anew
 *   whenever the choice changes. A service that several categories start has a list entry, with
 *   settings of its own, for each
 */
/** @typedef {(settings: Settings, choice: Choice) => void} Step */

/** The page's global object, to which vendors' scripts attach their queues. */
export const page = /** @type {any} */ (window);

/** The value of a consent signal of Google and Microsoft. @param {boolean | undefined} isGranted */
export const word = (isGranted) => (isGranted ? "granted" : "denied");

/**
 * A command of a queue as the type `Arguments`: vendors' scripts ignore other types.
 * @type {(...command: unknown[]) => any}
 */
export const command = function () {
  // biome-ignore lint/complexity/noArguments: the vendor checks the type
  return arguments;
};

/** Takes commands out of a queue. @param {unknown[]} queue @param {unknown[]} commands */
export const remove = (queue, ...commands) => {
  for (const one of commands) {
    const at = queue.indexOf(one);
    if (at >= 0) queue.splice(at, 1);
  }
};

/**
 * Makes a loader from its steps. An id runs while any entry of the list that names it is granted.
 * No step runs for an id that was never granted.
 * @param {{start: Step, stop?: (settings: Settings, choice: Choice) => boolean | void, resume?: Step,
 *   change?: Step}} steps `start` at the first grant; `stop` when it is withdrawn, true if the
 *   vendor's script had not run and now never will, so that the next grant is a first one; `resume`
 *   when it is granted again before a new page was loaded; `change` when another category may have
 *   changed while it runs
 * @returns {Load}
 */
export const loader = ({ start, stop, resume, change }) => {
  /** The granted entries of each id that has begun. @type {Map<string, Set<Settings>>} */
  const begun = new Map();
  return (settings, granted, choice) => {
    const { id } = settings;
    const before = begun.get(id)?.size;
    if (before === undefined && !granted) return;
    const entries = begun.get(id) ?? new Set();
    begun.set(id, entries);
    if (granted) entries.add(settings);
    else entries.delete(settings);
    try {
      if (before === undefined) start(settings, choice);
      else if (entries.size) (before ? change : resume)?.(settings, choice);
      else if (before && stop?.(settings, choice)) begun.delete(id);
    } catch (error) {
      // An exception of one vendor's script must not stop the others.
      reportError(error);
    }
  };
};

/**
 * @typedef {object} Requested A script that was requested.
 * @property {HTMLScriptElement} script
 * @property {Set<string>} ids who needs it
 * @property {boolean} hasRun
 */

/** Origins of further scripts. @type {Set<string>} */
const origins = new Set();
/** By key. @type {Map<string, Requested>} */
const requested = new Map();
/**
 * The Trusted Types policy that may create script addresses. A policy can be created once a page.
 * @type {any}
 */
let policy;

/**
 * Vendors' scripts set the addresses of further scripts as strings, which Trusted Types refuse
 * unless the page's default policy permits them.
 */
const createPolicies = () => {
  policy = page.trustedTypes?.createPolicy("kelisim", {
    createScriptURL: (/** @type {string} */ same) => same,
  });
  try {
    page.trustedTypes?.createPolicy("default", {
      createScriptURL: (/** @type {string} */ address) =>
        origins.has(new URL(address, location.href).origin) ? address : null,
    });
  } catch {
    // The embedding page has a default policy already, which decides.
  }
};

/**
 * Requests a script that an id needs, once for all ids.
 * @param {string} address
 * @param {Settings} settings
 * @param {string[]} further origins whose scripts it loads in turn
 * @param {string} [key] the same for addresses of one script
 * @returns {Requested}
 */
export const request = (address, { id, scripts = [] }, further, key = address) => {
  for (const origin of [...further, ...scripts]) origins.add(origin);
  let found = requested.get(key);
  if (!found) {
    if (!policy) createPolicies();
    const script = document.createElement("script");
    /** @type {Requested} */
    const made = { script, ids: new Set(), hasRun: false };
    script.src = policy?.createScriptURL(address) ?? address;
    // The event follows the execution in the same task: no other code of the page runs in between.
    script.addEventListener("load", () => (made.hasRun = true));
    document.head.append(script);
    requested.set(key, made);
    found = made;
  }
  found.ids.add(id);
  return found;
};

/**
 * Takes a request back. A script that no id needs any more is prevented from running, by moving it
 * to another document: browsers do not run a script whose document has changed since it was
 * requested (https://html.spec.whatwg.org/multipage/scripting.html#execute-the-script-element).
 * @param {string} key
 * @param {Settings} settings
 * @returns {boolean} whether the script had not run
 */
export const release = (key, { id }) => {
  const found = requested.get(key);
  if (!found || found.hasRun) return false;
  found.ids.delete(id);
  if (!found.ids.size) {
    new Document().adoptNode(found.script);
    requested.delete(key);
  }
  return true;
};
