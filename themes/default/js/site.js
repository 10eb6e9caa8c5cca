/**
 * What a page does about consent: learns from the cookie or from the server what may run, and
 * whether the visitor has to be asked. Then `dialog.js` asks.
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

/** Global Privacy Control: no marketing, whatever is chosen. Some browsers only tell the server. */
let gpc = Boolean(/** @type {any} */ (navigator).globalPrivacyControl);
/** The choice as last seen. @type {string | undefined} */
let previous;
/** @type {Banner | undefined} */
let view;
/** @type {Promise<Banner> | undefined} */
let loading;

/**
 * What the server remembers where its cookie can't be read, because it is of another site.
 * @type {import("./choice.js").StoredChoice | undefined}
 */
let kept;

/** What the browser remembers of the visitor. */
const remembered = () => (EMBEDDED && kept) || stored(document.cookie);
/** The choice in the cookie, if it answers all that this page asks. */
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
/** The stored choice as a text, to compare with: another tab may have changed it. */
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
 * Stops what is refused by a press, by default the one that is not answered yet, here or in another
 * tab.
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

/** The server's answer. */
const ask = async () => {
  const answer = await (await (EMBEDDED ? takeEarly(api) : fetch(api))).json();
  if (EMBEDDED) {
    const { choice, expires, revision } = answer;
    // A cookie that can be read says more, and says it again when another tab has changed it.
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

/** Lets run what was chosen just now. */
const activate = async () => {
  // Whether the browser has kept a cookie of another site, only that site can tell. Where it can't
  // be reached, nothing is known to be kept, and nothing runs.
  if (EMBEDDED && !stored(document.cookie)) await ask().catch(() => {});
  previous = snapshot();
  enforce(valid()?.choice ?? NONE);
};

/** The banner's behaviour. A script that did not come is asked for again. */
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
 * What this visit starts with: the stored choice, else the server's answer. Without either, or when
 * the page is outdated, nothing may run.
 * @param {boolean} [isAsking] whether the banner may be shown
 */
const init = async (isAsking = true) => {
  previous = snapshot();
  const isForm = !EMBEDDED && document.querySelector("[data-choices=withdraw]");
  try {
    // A placeholder's button needs it too.
    if (EMBEDDED || isForm) await loadDialog();
    // Only the server knows what was chosen since, where its cookie can't be read.
    if (EMBEDDED && noted() && !stored(document.cookie)) await ask();
    if (noted()) await (await loadDialog()).resume();
  } catch {
    // What was refused by a press that can't be sent stays off all the same.
  }
  previous = snapshot();
  /** @type {any} */
  let answer;
  if ((EMBEDDED && kept) || !valid()) {
    try {
      // Where no cookie can be kept, every page would ask again; `navigator.cookieEnabled` does not
      // notice a blocked site.
      if ((await document.hasStorageAccess?.()) !== false)
        [answer] = await Promise.all([ask(), loadDialog()]);
    } catch {
      // Unreachable: nobody can be asked, so nothing is granted.
    }
  }
  // Also when the visitor has chosen, here or elsewhere, while the question was under way.
  const found = valid();
  const choice = found?.choice ?? (answer?.revision === revision ? answer.choice : NONE);
  gpc ||= answer?.gpc;
  if (choice) {
    // An old cookie begins its life anew: one question a visit, whose answer says nothing new.
    if (
      found &&
      !answer &&
      Date.now() - found.time > 26e8 &&
      !document.referrer.includes(location.host)
    )
      // Where it fails, the next visit asks again.
      ask().catch(() => {});
    // A withdrawal has just loaded the page anew, or the visitor has gone on at once.
    if (Math.abs(Date.now() - Number(found?.time)) < 1e4)
      // Without the dialog there is no place to report it; the choice itself is in force.
      loadDialog().then(
        ({ report }) => report(true),
        () => {},
      );
    view?.hide();
    return enforce(choice);
  }
  // What was refused once is refused while the question is open.
  const before = remembered();
  enforce(
    choose((name) => answer.defaults[name] && (!before?.answered[name] || before.choice[name])),
  );
  // The page of choices asks already.
  if (isAsking && banner.hidden && !isForm) view?.show(answer.regime);
};

/**
 * Opens the banner, or what the link leads to.
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

/** Another tab, or this one before the visitor came back to it, may hold another choice by now. */
const refresh = () => {
  if (
    !document.hidden &&
    previous &&
    ((EMBEDDED && !stored(document.cookie)) || previous !== snapshot())
  )
    init();
};
document.addEventListener("visibilitychange", refresh);
// Where the cookie can't be read each notice is a question, and the page that has just been loaded
// has asked already.
addEventListener("pageshow", EMBEDDED ? ({ persisted }) => persisted && refresh() : refresh);
// Another tab's press.
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
