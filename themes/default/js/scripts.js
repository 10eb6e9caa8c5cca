/**
 * Runs scripts that have waited for permission, in the order of the document: external ones load
 * side by side, an inline one waits for those before it.
 *
 * A script of the page's own markup runs itself: nothing but its attributes changes, so that a
 * framework may hydrate it, and `document.currentScript` is where the page has put it. Browsers
 * never run what was set as a text of markup or made by React; a copy beside it runs instead.
 */

/**
 * @typedef {object} Order What scripts of one batch wait for.
 * @property {Promise<unknown>} turn until the scripts before have been started
 * @property {Promise<unknown>} run until the external ones among them have run
 */
/** @returns {Order} */
const newOrder = () => ({ turn: Promise.resolve(), run: Promise.resolve() });

let order = newOrder();
/** Scripts that were started, by the script of the page; with themselves or their copy. @type {WeakMap<HTMLScriptElement, {script?: HTMLScriptElement, hasRun?: boolean}>} */
const started = new WeakMap();

/** @type {any} */
let policy;
/**
 * By a Trusted Types policy with a name of its own, because a page's header may allow each name
 * once (https://w3c.github.io/trusted-types/dist/spec/#trusted-types-csp-directive).
 * @param {"createScript" | "createScriptURL"} kind
 * @param {string} text
 * @returns {string}
 */
const trusted = (kind, text) => {
  const same = (/** @type {string} */ it) => it;
  try {
    policy ??= /** @type {any} */ (window).trustedTypes?.createPolicy("kelisim#markup", {
      createScript: same,
      createScriptURL: same,
    });
  } catch {
    // The page's header doesn't allow the policy; it may yet demand none.
  }
  return policy?.[kind](text) ?? text;
};

/** Begins a batch: its scripts don't wait for those of earlier ones. */
export const beginBatch = () => {
  if (document.readyState !== "loading") order = newOrder();
};

/**
 * Whether a browser would run a script. Nothing else tells but an attempt: with an empty address,
 * the error comes without a request, and after that of the script only if this has none.
 * @param {HTMLScriptElement} script
 * @returns {Promise<boolean>}
 */
const isRunnable = (script) =>
  new Promise((resolve) => {
    const attempt = (/** @type {HTMLScriptElement} */ copy, /** @type {boolean} */ result) => {
      for (const { name } of [...copy.attributes]) copy.removeAttribute(name);
      copy.addEventListener("error", () => resolve(result));
      copy.setAttribute("src", trusted("createScriptURL", ""));
      document.head.append(copy);
      copy.remove();
    };
    attempt(/** @type {HTMLScriptElement} */ (script.cloneNode()), true);
    attempt(document.createElement("script"), false);
  });

/** Attributes that belong to what waits and not to what runs. */
const OURS =
  /^(type|src|data-(consent|src|type|service|label|preview|name|(cookie)?category|cookie(consent|yes)|cli-.+))$/;

/** @param {HTMLScriptElement} script */
const copyOf = (script) => {
  const copy = document.createElement("script");
  for (const { name, value } of script.attributes)
    if (!OURS.test(name) && !/^on/i.test(name)) copy.setAttribute(name, value);
  copy.nonce = script.nonce;
  if (script.text) copy.text = trusted("createScript", script.text);
  return copy;
};

/**
 * Starts a script at its turn, unless it was started before.
 * @param {HTMLScriptElement} script
 * @param {object} how
 * @param {string} [how.address]
 * @param {string} [how.type]
 * @param {() => boolean} how.isAllowed asked when its turn has come
 */
export const start = (script, { address, type, isAllowed }) => {
  if (started.has(script)) return;
  /** @type {{script?: HTMLScriptElement, hasRun?: boolean}} */
  const state = {};
  started.set(script, state);
  const own = order;
  own.turn = own.turn
    .then(async () => {
      const running = (await isRunnable(script)) ? script : copyOf(script);
      const isModule = type?.toLowerCase() === "module";
      if (address === undefined && !isModule) await own.run;
      if (!isAllowed() || !script.isConnected) return void started.delete(script);
      state.script = running;
      const done = new Promise((resolve) => {
        for (const event of ["load", "error"])
          running.addEventListener(event, () => {
            state.hasRun = true;
            resolve(undefined);
          });
      });
      const isWaiting = address !== undefined && !running.hasAttribute("async");
      if (isWaiting) {
        running.async = false;
        own.run = Promise.all([own.run, done]);
      }
      run(script, running, address, type);
      if (address === undefined && !isModule) state.hasRun = true;
      // A copy that stayed would be started again by libraries that restore pages.
      if (running !== script)
        (state.hasRun ? Promise.resolve() : done).then(() => running.remove());
    })
    .catch(reportError);
};

/**
 * @param {HTMLScriptElement} script
 * @param {HTMLScriptElement} running itself or its copy
 * @param {string} [address]
 * @param {string} [type]
 */
const run = (script, running, address, type) => {
  const before = script.getAttribute("type");
  if (type) running.type = type;
  else running.removeAttribute("type");
  if (running !== script) {
    if (address !== undefined) running.src = trusted("createScriptURL", address);
    // Before it, so that whoever looks for its id finds the one that runs.
    script.before(running);
  } else {
    // Browsers run a script that is in the page already when it gets a first address or a text.
    running.removeAttribute("src");
    if (address !== undefined) running.src = trusted("createScriptURL", address);
    else running.text = trusted("createScript", running.text);
    // As the page has written it; the type counts only when a script is started.
    if (before !== null) script.setAttribute("type", before);
  }
};

/**
 * Prevents a script that was requested from running, by moving it to another document: browsers do
 * not run a script whose document has changed since it was requested
 * (https://html.spec.whatwg.org/multipage/scripting.html#execute-the-script-element).
 * @param {HTMLScriptElement} script
 */
export const stop = (script) => {
  const { script: running, hasRun } = started.get(script) ?? {};
  if (!running || hasRun) return;
  new Document().adoptNode(running);
  started.delete(script);
};
