/**
 * What a page does about consent: learns from the cookie or from the server what may run, and whether the visitor has to be asked. Then
 * `dialog.js` asks.
 */
import { choose, NONE, OPTIONAL, saved } from "./choice.js";
import { early } from "./early.js";
import { apply, current } from "./gate.js";
import { noted, refusal } from "./pending.js";

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
let seen;
/** @type {Banner | undefined} */
let shown;
/** @type {Promise<Banner> | undefined} */
let coming;

/** What the server remembers where its cookie can't be read, because it is of another site. @type {import("./choice.js").Saved | undefined} */
let kept;

/** What the browser remembers of the visitor. */
const memory = () => (EMBEDDED && kept) || saved(document.cookie);
/** The choice in the cookie, if it answers all that this page asks. */
const own = () => {
  const found = memory();
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
/** The memory as a text, to notice what other tabs do. */
const sight = () => JSON.stringify([memory()]);

/** @param {Choice} choice */
const settle = (choice) => {
  const refused = refusal(noted()?.words);
  apply(
    choose((name) => choice[name] && !refused[name] && !(gpc && name === "marketing")),
    tags,
  );
  shown?.reflect();
};

/** Stops what is refused by a press, by default the one that is not answered yet, here or in another tab. @param {import("./pending.js").Words} [words] */
const stop = (words = noted()?.words) => {
  const refused = refusal(words);
  if (OPTIONAL.some((name) => current()[name] && refused[name]))
    apply(
      choose((name) => current()[name] && !refused[name]),
      tags,
      true,
    );
};

/** The server's answer. */
const ask = async () => {
  const answer = await (await (EMBEDDED ? early(api) : fetch(api))).json();
  if (EMBEDDED) {
    const { choice, expires, revision } = answer;
    // A cookie that can be read says more, and says it again when another tab has changed it.
    kept =
      choice && !saved(document.cookie)
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
const finish = async () => {
  // Whether the browser has kept a cookie of another site, only that site can tell.
  if (EMBEDDED && !saved(document.cookie)) await ask().catch(() => {});
  seen = sight();
  settle(own()?.choice ?? NONE);
};

/** The banner's behaviour. A script that did not come is asked for again. */
const load = () =>
  (coming ??= (
    EMBEDDED
      ? import("./dialog.js")
      : /** @type {Promise<typeof import("./dialog.js")>} */ (import(script))
  ).then(
    ({ begin }) =>
      (shown = begin({
        banner,
        api,
        current,
        gpc: () => gpc,
        memory,
        own,
        sight,
        stop,
        start,
        finish,
      })),
    (error) => {
      coming = undefined;
      throw error;
    },
  ));

/**
 * What this visit starts with: the stored choice, else the server's answer. Without either, or when the page is outdated, nothing may run.
 * @param {boolean} [isAsking] whether the banner may be shown
 */
const start = async (isAsking = true) => {
  seen = sight();
  const isForm = !EMBEDDED && document.querySelector("[data-choices=withdraw]");
  try {
    // A placeholder's button needs it too.
    if (EMBEDDED || isForm) await load();
    // Only the server knows what was chosen since, where its cookie can't be read.
    if (EMBEDDED && noted() && !saved(document.cookie)) await ask();
    if (noted()) await (await load()).resume();
  } catch {
    // What was refused by a press that can't be sent stays off all the same.
  }
  seen = sight();
  /** @type {any} */
  let answer;
  if ((EMBEDDED && kept) || !own()) {
    try {
      // Where no cookie can be kept, every page would ask again; `navigator.cookieEnabled` does not notice a blocked site.
      if ((await document.hasStorageAccess?.()) !== false)
        [answer] = await Promise.all([ask(), load()]);
    } catch {
      // Unreachable: nobody can be asked, so nothing is granted.
    }
  }
  // Also when the visitor has chosen, here or elsewhere, while the question was under way.
  const found = own();
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
      ask().catch(() => {});
    // A withdrawal has just loaded the page anew, or the visitor has gone on at once.
    if (Math.abs(Date.now() - Number(found?.time)) < 1e4)
      load().then(
        ({ report }) => report(true),
        () => {},
      );
    shown?.hide();
    return settle(choice);
  }
  // What was refused once is refused while the question is open.
  const before = memory();
  settle(
    choose((name) => answer.defaults[name] && (!before?.answered[name] || before.choice[name])),
  );
  // The page of choices asks already.
  if (isAsking && banner.hidden && !isForm) shown?.show(answer.regime);
};

/** Opens the banner, or what the link leads to. @param {HTMLAnchorElement} [link] @returns {Promise<boolean>} whether the banner can be seen */
const open = async (link) => {
  const isOpen = await load().then(
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
  open(/** @type {HTMLAnchorElement} */ (link));
});

/** Another tab, or this one before the visitor came back to it, may hold another choice by now. */
const notice = () => {
  if (!document.hidden && seen && ((EMBEDDED && !saved(document.cookie)) || seen !== sight()))
    start();
};
document.addEventListener("visibilitychange", notice);
// Where the cookie can't be read each notice is a question, and the page that has just been loaded has asked already.
addEventListener("pageshow", EMBEDDED ? ({ persisted }) => persisted && notice() : notice);
// Another tab's press.
addEventListener("storage", () => stop());

window.kelisim = {
  choice: current,
  open: () => open(),
  onChange: (listener) => {
    listener(current());
    document.addEventListener("consent:change", () => listener(current()));
  },
};

document.addEventListener("prerenderingchange", () => start());
if (!(/** @type {any} */ (document).prerendering)) start();
