/**
 * The entry point, the one script that a page names: starts essential services, and loads the other
 * parts when they are needed. Who has not chosen yet gets the question, loaded while the server is
 * asked for the rules of the place, and the rest once the question is seen; who has chosen gets the
 * rest alone. Parts share no module: each gets what it needs from here. See docs/embedding.md.
 */
import { note } from "./note.js";

/** @typedef {import("./permission.js").Answer} Answer */
/** @typedef {Awaited<ReturnType<typeof import("./question.js").begin>>} Question */
/** @typedef {Awaited<ReturnType<typeof import("./page.js").begin>>} Core */
/**
 * @typedef {object} Context What every part can use.
 * @property {typeof SITE} site
 * @property {DOMStringMap} tag the `data-` attributes of the script's tag
 * @property {boolean} isOwn whether it is a page of the site itself
 * @property {boolean} mayAsk whether this window may show the banner without being told to
 * @property {any} outer the window around this one whose banner is this one's too
 * @property {string} api address of the consent service, also where the page's own host passes it on
 * @property {(path: string) => string} resolve the full address of a path of the policy site
 * @property {(part: string) => Promise<any>} load a part by its name
 * @property {(address: string) => Promise<Document>} fetchMarkup
 * @property {() => Promise<Answer>} ask requests the state of consent from the server
 * @property {Promise<Answer>} [early] the state, requested before the page's script was loaded
 * @property {boolean} hasAsked whether the banner has asked what is open now
 * @property {() => Promise<Question>} question
 * @property {() => Promise<Core>} core
 */

const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
const base = script?.src ?? SITE.url;
/** What the tag says. */
const tag = { ...script?.dataset };
/** @type {any} */
const page = window;

/** @param {string} path */
const resolve = (path) => new URL(path, base).href;
/** @param {string} part */
const load = (part) => import(resolve(SITE.parts[part]));
/** @param {Error} error */
const warn = ({ message }) => console.warn(`kelisim: ${message}`);

/**
 * Calls a function once; after a failure the next call tries again.
 * @template Value
 * @param {() => Promise<Value>} make
 * @returns {() => Promise<Value>}
 */
const once = (make) => {
  /** @type {Promise<Value> | undefined} */
  let made;
  return () =>
    (made ??= make().catch((error) => {
      made = undefined;
      throw error;
    }));
};

/**
 * A document of the site, parsed without running or loading anything in it.
 * @param {string} address
 * @returns {Promise<Document>}
 */
const requestMarkup = (address) =>
  new Promise((done, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", resolve(address));
    request.responseType = "document";
    // Archived texts are published as plain text, so that browsers don't display them as a page.
    request.overrideMimeType("text/html; charset=utf-8");
    request.onloadend = () =>
      request.status === 200
        ? done(request.response)
        : reject(new Error(`${request.status} ${address}`));
    request.send();
  });

/**
 * Lets presses on the page of choices wait for the script that sends them: what the browser sends by
 * itself no other tab learns of. Where that script can't be loaded, the browser does.
 * @param {Promise<unknown>} ready
 */
const holdPresses = (ready) => {
  /** @param {any} submission */
  const hold = (submission) => {
    const { target, submitter } = submission;
    if (!target.dataset.choices) return;
    submission.preventDefault();
    released.then(() => target.requestSubmit(submitter));
  };
  const release = () => document.removeEventListener("submit", hold);
  document.addEventListener("submit", hold);
  const released = ready.then(release, release);
};

const start = async () => {
  // A page in a frame is asked for by the page around it, or not at all.
  const { mayAsk, outer } =
    page === page.parent ? { mayAsk: true } : await (await load("frames")).findOuter();
  const api = tag.api ? new URL(tag.api, document.baseURI).href : resolve("/api/consent");
  /** @type {Map<string, Promise<Document>>} */
  const ahead = new Map();
  /** @type {Context} */
  const context = {
    site: SITE,
    tag,
    // Pages of others name the script by the address without a hash.
    isOwn: !new URL(base).pathname.endsWith("/embed.js"),
    mayAsk,
    outer,
    api,
    resolve,
    load,
    // The first layer that was requested ahead is taken once.
    fetchMarkup: (address) => {
      const taken = ahead.get(address) ?? requestMarkup(address);
      ahead.delete(address);
      return taken;
    },
    hasAsked: false,
    // The policy site's cookie, from pages of other origins too.
    ask: async () => (await fetch(api, { credentials: "include" })).json(),
    question: once(async () => (await load("question")).begin(context)),
    core: once(async () => (await load("page")).begin(context)),
  };
  const isForm = document.querySelector("[data-choices=withdraw]");
  const isKnown = !mayAsk || document.cookie.includes("kelisim_cc_cookie=") || note() || isForm;
  if (!isKnown) {
    context.early = context.ask();
    // In the language that the page is likely to be in; `banner-locale.js` decides.
    const language = `${document.documentElement.lang || navigator.language}-`;
    const codes = SITE.locales.replace(/ [^,]*/g, "").split(",");
    const likely = codes.find((code) => language.startsWith(`${code}-`));
    if (likely) {
      const banner = `${SITE.texts}${likely}.txt`;
      const requested = requestMarkup(banner);
      // Whoever takes it sees the failure.
      requested.catch(() => {});
      ahead.set(banner, requested);
    }
    const question = context.question();
    // Where it can't be loaded, nobody is asked.
    question.catch(warn);
    try {
      const [answer, canStore] = await Promise.all([
        context.early,
        /** @type {any} */ (document).hasStorageAccess?.(),
      ]);
      // Where cookies are blocked, every page would ask again.
      if (answer.ask && answer.revision === SITE.revision && canStore !== false) {
        context.hasAsked = true;
        const seen = question.then(({ show }) => show(answer));
        // Under the other regimes something may run before an answer.
        if (answer.regime === "opt_in") await seen;
        else seen.catch(warn);
      }
    } catch {
      // The page's script sees the same failure: nobody is asked, and nothing runs.
    }
  }
  const core = context.core();
  // What is needed next, on its way at the same time.
  if (context.early || isForm) load("consult").catch(warn);
  if (context.hasAsked || isForm) load("dialog").catch(warn);
  if (isForm) holdPresses(core.then(({ dialog }) => dialog()));
  await core;
};

// Essential services start without waiting for consent. A page that loads the module already does
// not run it twice, because a module is evaluated once.
if (SITE.essential) import(resolve(SITE.essential)).catch(warn);
// Once a window, however often this script was included, unless the site has nothing to ask.
if (SITE.locales && !page.kelisimEmbedded) {
  page.kelisimEmbedded = true;
  const begin = () => void start().catch(warn);
  // Of a page that is rendered ahead nothing is asked until the visitor sees it.
  if (/** @type {any} */ (document).prerendering)
    document.addEventListener("prerenderingchange", begin, { once: true });
  else begin();
}
