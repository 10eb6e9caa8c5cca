/**
 * The banner's behaviour. Its markup is on the page already, hidden; this script learns from the cookie or from the
 * server whether to show it, sends what the visitor presses, and lets the rest of the page know.
 */
import { NONE, OPTIONAL, choose, saved } from "./choice.js";
import { CREDENTIALS, early } from "./early.js";
import { apply, current } from "./gate.js";
/** @typedef {import("./choice.js").Choice} Choice */

const banner = /** @type {HTMLElement} */ (document.getElementById("cc-main"));
const API = EMBEDDED ? String(banner.querySelector("form")?.getAttribute("action")) : "/api/consent";
const { revision, days, tags } = /** @type {{revision: string, days: any, tags?: string}} */ (banner.dataset);

/** Global Privacy Control: no marketing, whatever is chosen. Some browsers only tell the server. */
let gpc = Boolean(/** @type {any} */ (navigator).globalPrivacyControl);
/** The link that opened the banner, to give the focus back to. @type {HTMLElement | null} */
let opener = null;
/** The choice as last seen. @type {string | undefined} */
let seen;
/** What is being sent, so that the server recognises a repetition by its id. */
let event = { id: "", said: "" };

/** What the server remembers where its cookie can't be read, because it is of another site. @type {import("./choice.js").Saved | undefined} */
let kept;

/** Other pages use the same attributes for purposes of their own. @param {string} selector @param {(element: any) => void} visit */
const each = (selector, visit) => (EMBEDDED ? /** @type {HTMLElement} */ (banner.parentElement) : document).querySelectorAll(selector).forEach(visit);
/** @param {string} selector @param {(element: HTMLElement) => boolean | undefined} isShown */
const showOnly = (selector, isShown) => each(selector, (element) => (element.hidden = !isShown(element)));

/** The choice in the cookie, if it answers what this page asks. */
const own = () => {
  const found = (EMBEDDED && kept) || saved(document.cookie);
  if (found?.revision === revision && Date.now() - found.time < days * 864e5) return found;
};
/** The same as a text, to notice what other tabs do. */
const sight = () => JSON.stringify(own());

/** Says one of the page's sentences, also to those who listen. @param {string} [name] */
const say = (name) => showOnly("[data-status]", ({ dataset }) => dataset.status === name);

/** Says for a while whether the choice is kept. */
const report = () => {
  say(own() ? "saved" : "unkept");
  setTimeout(say, 8000);
};

/** Shows layer 1 or, unfolded, the categories. @param {boolean} unfolded */
const unfold = (unfolded) => {
  showOnly("[data-role=show]", () => !unfolded);
  showOnly(".cm__settings, [data-role=save]", () => unfolded);
};

/** Shows what is in force. */
const reflect = () => {
  for (const name of OPTIONAL) {
    each(`input[name=${name}]`, (box) => {
      box.checked = current()[name];
      box.disabled = gpc && name === "marketing";
    });
  }
  showOnly("[data-gpc]", () => gpc);
  const found = own();
  each("[data-choices=current]", (place) => {
    place.hidden = !found;
    if (found) place.lastChild.textContent = new Date(found.time).toLocaleString(document.documentElement.lang);
  });
};

/** @param {string} [regime] without one the visitor has opened the banner to change a choice */
const show = (regime) => {
  showOnly("[data-regime]", ({ dataset }) => dataset.regime === regime);
  unfold(!regime);
  reflect();
  banner.hidden = false;
};

const hide = () => {
  const hadFocus = banner.contains(document.activeElement);
  banner.hidden = true;
  if (hadFocus) opener?.focus();
};

/** Opens the banner at the visitor's wish. @returns {boolean} whether it can be seen: a filter may hide it */
const open = () => {
  say();
  show();
  /** @type {HTMLElement} */ (banner.querySelector(".cm")).focus();
  return banner.offsetHeight > 0;
};

/** @param {Choice} choice */
const settle = (choice) => {
  const allowed = choose((name) => choice[name] && !(gpc && name === "marketing"));
  apply(allowed, tags);
  reflect();
};

/** The server's answer to the page of another origin. */
const ask = async () => {
  const answer = await (await early(API)).json();
  const { choice, expires, revision } = answer;
  // A cookie that can be read says more, and says it again when another tab has changed it.
  kept = choice && !saved(document.cookie) ? { choice, revision, time: Date.parse(expires) - days * 864e5 } : undefined;
  return answer;
};

/** What this visit starts with: the stored choice, else the server's answer. Without either, or when the page is outdated, nothing may run. */
const start = async () => {
  seen = sight();
  let answer;
  if ((EMBEDDED && kept) || !own()) {
    try {
      // Where no cookie can be kept, every page would ask again; `navigator.cookieEnabled` does not notice a blocked site.
      if ((await document.hasStorageAccess?.()) !== false) answer = await (EMBEDDED ? ask() : (await fetch(API)).json());
    } catch {
      // Unreachable: nobody can be asked, so nothing is granted.
    }
  }
  // Also when the visitor has chosen, here or elsewhere, while the question was under way.
  const found = own();
  const choice = found?.choice ?? (answer?.revision === revision ? answer.choice : NONE);
  gpc ||= answer?.gpc;
  if (choice) {
    // A withdrawal has just loaded the page anew, or the visitor has gone on at once.
    if (Math.abs(Date.now() - Number(found?.time)) < 1e4) report();
    hide();
    return settle(choice);
  }
  settle(answer.defaults);
  // The page of choices asks already.
  if (banner.hidden && !document.querySelector("[data-choices=withdraw]")) show(answer.regime);
};

/** @param {HTMLFormElement} form @param {string} [action] without one consent is withdrawn */
const send = async (form, action) => {
  const fields = new FormData(form);
  const { revision, locale, surface } = Object.fromEntries(fields);
  const choice = action === "custom" ? choose((name) => fields.has(name)) : undefined;
  const words = { revision, locale, surface, action, choice };
  const said = JSON.stringify(words);
  if (event.said !== said) event = { id: crypto.randomUUID(), said };
  say();
  let response;
  try {
    response = await fetch(API, {
      method: action ? "POST" : "DELETE",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: event.id, ...words }),
      keepalive: true,
      ...(EMBEDDED ? CREDENTIALS : undefined),
    });
  } catch {
    // Offline: told below, as any failure.
  }
  if (!response?.ok) {
    // What the visitor no longer wants stops at once, saved or not.
    apply(choose((name) => current()[name] && (action === "accept_all" || Boolean(choice?.[name]))), tags, true);
    return say(response?.status === 409 ? "stale" : "unsaved");
  }
  event.said = "";
  // Whether the browser has kept a cookie of another site, only that site can tell.
  if (EMBEDDED && !saved(document.cookie)) await ask().catch(() => {});
  seen = sight();
  report();
  hide();
  settle(own()?.choice ?? NONE);
};

document.addEventListener("submit", (submission) => {
  const form = /** @type {HTMLFormElement} */ (submission.target);
  if (form.dataset.choices) {
    submission.preventDefault();
    send(form, /** @type {HTMLButtonElement | null} */ (submission.submitter)?.value || undefined);
  }
});

document.addEventListener("click", (click) => {
  const target = /** @type {HTMLElement} */ (click.target).closest("[data-choices=open], [data-role]");
  // What pages of others call a role is their own matter.
  if (EMBEDDED && !(/** @type {HTMLElement | null} */ (target)?.dataset.choices) && !banner.contains(target)) return;
  const { choices, role } = /** @type {HTMLElement | null} */ (target)?.dataset ?? {};
  if (choices) {
    opener = /** @type {HTMLElement} */ (target);
    if (open()) click.preventDefault();
  }
  if (role === "show") {
    unfold(true);
    /** @type {HTMLElement | null} */ (banner.querySelector("input:enabled[type=checkbox]"))?.focus();
  }
  if (role === "close") hide();
});

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") hide();
});

/** Another tab, or this one before the visitor came back to it, may hold another choice by now. */
const notice = () => {
  if (!document.hidden && ((EMBEDDED && !saved(document.cookie)) || seen !== sight())) start();
};
document.addEventListener("visibilitychange", notice);
addEventListener("pageshow", notice);

window.kelisim = {
  choice: current,
  open,
  onChange: (listener) => {
    listener(current());
    document.addEventListener("consent:change", () => listener(current()));
  },
};

document.addEventListener("prerenderingchange", start);
if (!(/** @type {any} */ (document).prerendering)) start();
