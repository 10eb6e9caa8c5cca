/**
 * The entry point of a page: determines from the cookie or the server what may run, and whether the
 * visitor must be asked, for which it loads `dialog.js`.
 */
import { choose, NONE, OPTIONAL, stored } from "./choice.js";
import { takeEarly } from "./prefetch.js";
import { apply, current } from "./gate.js";
import { noted, refusals } from "./pending.js";

/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {ReturnType<typeof import("./dialog.js").begin>} Banner */

const banner = /** @type {HTMLElement} */ (document.getElementById("cc-main"));
const api = EMBEDDED
  ? String(banner.querySelector("form")?.getAttribute("action"))
  : "/api/consent";
const { revision, days, script, tags } =
  /** @type {{revision: string, days: any, script: string, tags?: string}} */ (banner.dataset);

/**
 * Global Privacy Control: denies marketing, whatever is chosen. Some browsers send only the header.
 */
let gpc = Boolean(/** @type {any} */ (navigator).globalPrivacyControl);
/** The stored choice as JSON, when it was last read. @type {string | undefined} */
let previous;
/** @type {Banner | undefined} */
let view;
/** @type {Promise<Banner> | undefined} */
let loading;

/**
 * The stored choice as the server reports it, where the page can't read the cookie of another site.
 * @type {import("./choice.js").StoredChoice | undefined}
 */
let kept;

/** The stored choice, from the server or the cookie. */
const remembered = () => (EMBEDDED && kept) || stored(document.cookie);
/**
 * The stored choice, if it is not outdated and answers every category that this page asks about.
 */
const valid = () => {
  const found = remembered();
  const isAnswered = OPTIONAL.every(
    (name) => found?.answered[name] || !banner.querySelector(`[name=${name}]`),
  );
  if (
    found &&
    isAnswered &&
    (found.revision ?? revision) === revision &&
    Date.now() - found.time < days * 864e5
  )
    return found;
};
/** The stored choice as JSON, for comparison: another tab may have changed it. */
const snapshot = () => JSON.stringify([remembered()]);

/** @param {Choice} choice */
const enforce = (choice) => {
  const refused = refusals(noted()?.words);
  apply(
    choose((name) => choice[name] && !refused[name] && !(gpc && name === "marketing")),
    tags,
  );
  view?.reflect();
};

/**
 * Stops the services that a submission refuses, by default the pending one of this or another tab.
 * @param {import("./pending.js").Submission} [words]
 */
const restrict = (words = noted()?.words) => {
  const refused = refusals(words);
  if (OPTIONAL.some((name) => current()[name] && refused[name]))
    apply(
      choose((name) => current()[name] && !refused[name]),
      tags,
      true,
    );
};

/** Requests the consent state from the server. */
const ask = async () => {
  const answer = await (await (EMBEDDED ? takeEarly(api) : fetch(api))).json();
  if (EMBEDDED) {
    const { choice, expires, revision } = answer;
    // A readable cookie is preferred: it holds more, and shows changes of other tabs.
    kept =
      choice && !stored(document.cookie)
        ? {
            choice,
            answered: choose(() => true),
            revision,
            time: Date.parse(expires) - days * 864e5,
          }
        : undefined;
  }
  return answer;
};

/** Applies the choice that was saved just now. */
const activate = async () => {
  // Only the server can tell whether the browser stored the cookie of another site. If it can't be
  // reached, the choice counts as not stored, and nothing runs.
  if (EMBEDDED && !stored(document.cookie)) await ask().catch(() => {});
  previous = snapshot();
  enforce(valid()?.choice ?? NONE);
};

/** Loads `dialog.js` once; after a failure the next call tries again. */
const loadDialog = () =>
  (loading ??= (
    EMBEDDED
      ? import("./dialog.js")
      : /** @type {Promise<typeof import("./dialog.js")>} */ (import(script))
  ).then(
    ({ begin }) =>
      (view = begin({
        banner,
        api,
        current,
        gpc: () => gpc,
        memory: remembered,
        own: valid,
        sight: snapshot,
        stop: restrict,
        start: init,
        finish: activate,
      })),
    (error) => {
      loading = undefined;
      throw error;
    },
  ));

/**
 * Initialises the page with the stored choice, else with the server's answer. Without either, or
 * when the page is outdated, nothing may run.
 * @param {boolean} [isAsking] whether the banner may be shown
 */
const init = async (isAsking = true) => {
  previous = snapshot();
  const isForm = !EMBEDDED && document.querySelector("[data-choices=withdraw]");
  try {
    // The choices page's form and the placeholders' buttons need the dialog.
    if (EMBEDDED || isForm) await loadDialog();
    // Where the cookie can't be read, only the server knows what was chosen since.
    if (EMBEDDED && noted() && !stored(document.cookie)) await ask();
    if (noted()) await (await loadDialog()).resume();
  } catch {
    // What a submission refuses stays off even if it can't be sent.
  }
  previous = snapshot();
  /** @type {any} */
  let answer;
  if ((EMBEDDED && kept) || !valid()) {
    try {
      // Where cookies are blocked, every page would ask again; `navigator.cookieEnabled` does not
      // detect a blocked site.
      if ((await document.hasStorageAccess?.()) !== false)
        [answer] = await Promise.all([ask(), loadDialog()]);
    } catch {
      // Unreachable: nobody can be asked, so nothing is granted.
    }
  }
  // Read again, because the visitor may have chosen during the request, here or in another tab.
  const found = valid();
  const choice = found?.choice ?? (answer?.revision === revision ? answer.choice : NONE);
  gpc ||= answer?.gpc;
  if (choice) {
    // Renews a cookie older than 30 days: one request a visit, whose answer is not used.
    if (
      found &&
      !answer &&
      Date.now() - found.time > 26e8 &&
      !document.referrer.includes(location.host)
    )
      // Where it fails, the next visit asks again.
      ask().catch(() => {});
    // The choice is seconds old: a withdrawal has reloaded the page, or the visitor has moved on.
    if (Math.abs(Date.now() - Number(found?.time)) < 1e4)
      // Without the dialog there is no place to report it; the choice itself is in force.
      loadDialog().then(
        ({ report }) => report(true),
        () => {},
      );
    view?.hide();
    return enforce(choice);
  }
  // What was refused earlier stays off until the visitor answers.
  const before = remembered();
  enforce(
    choose((name) => answer.defaults[name] && (!before?.answered[name] || before.choice[name])),
  );
  // The choices page has its own form.
  if (isAsking && banner.hidden && !isForm) view?.show(answer.regime);
};

/**
 * Opens the banner; if it can't be seen, follows the link.
 * @param {HTMLAnchorElement} [link]
 * @returns {Promise<boolean>} whether the banner can be seen
 */
const show = async (link) => {
  const isOpen = await loadDialog().then(
    (banner) => banner.open(link),
    () => false,
  );
  if (!isOpen && link?.href) location.assign(link.href);
  return isOpen;
};

document.addEventListener("click", (click) => {
  const link = /** @type {HTMLElement} */ (click.target).closest("[data-choices=open]");
  if (!link) return;
  click.preventDefault();
  show(/** @type {HTMLAnchorElement} */ (link));
});

/**
 * Initialises the page again if the stored choice has changed, in another tab or while this page
 * was hidden.
 */
const refresh = () => {
  if (
    !document.hidden &&
    previous &&
    ((EMBEDDED && !stored(document.cookie)) || previous !== snapshot())
  )
    init();
};
document.addEventListener("visibilitychange", refresh);
// Where the cookie can't be read, each refresh is a request, and a page that was just loaded has
// sent it already.
addEventListener("pageshow", EMBEDDED ? ({ persisted }) => persisted && refresh() : refresh);
// A submission in another tab.
addEventListener("storage", () => restrict());

window.kelisim = {
  choice: current,
  open: () => show(),
  onChange: (listener) => {
    listener(current());
    document.addEventListener("consent:change", () => listener(current()));
  },
};

document.addEventListener("prerenderingchange", () => init());
if (!(/** @type {any} */ (document).prerendering)) init();
