/**
 * The core: determines from the cookie what may run. Where the cookie is not enough, and for all that
 * follows from presses, it loads `consult.js`; for what the page brings itself, `surroundings.js`.
 */
import { decide, read } from "./choice.js";
import { MARKS } from "./dialects/marks.js";
import { apply, current, decided, isOutdated } from "./gate.js";
import { listen } from "./listen.js";
import { NOTE, note } from "./note.js";
import { due, forget } from "./pending.js";
import { mayRun, NOTHING, permit } from "./permission.js";

/** @typedef {import("./choice.js").State} State */
/** @typedef {keyof import("./choice.js").Choice} Category */
/** @typedef {import("./permission.js").Answer} Answer */
/** @typedef {import("./pending.js").Press} Press */
/** @typedef {import("./pending.js").Submission} Submission */
/** @typedef {ReturnType<typeof import("./dialog.js").begin>} Dialog */
/** @typedef {ReturnType<typeof import("./consult.js").begin>} Consultation */
/** @typedef {ReturnType<typeof import("./surroundings.js").begin>} Surroundings */

/** The age at which a cookie is renewed, in milliseconds: 30 days. */
const RENEWAL_AGE = 2592e6;
/** For how long a choice is reported, in milliseconds: the page was left or loaded anew. */
const FRESH = 1e4;

/**
 * @typedef {object} Core What this script shares with the parts that it loads.
 * @property {boolean} isForeign whether the page is of another origin than the policy site
 * @property {boolean} isForm whether it is the page of choices, whose form asks the same
 * @property {boolean} gpc Global Privacy Control: denies marketing, whatever is chosen. Some browsers
 *   send only the header
 * @property {Answer} [answer] the server's last answer
 * @property {AbortController} [renewal] cancels the renewal under way
 * @property {string} [previous] the stored choice when it was last read
 * @property {boolean} [isKnown] whether it is known what the visitor has chosen
 * @property {Dialog} [dialog] once it is loaded
 * @property {Surroundings} [surroundings] the same
 * @property {() => State | undefined} stored
 * @property {() => import("./choice.js").Decision} decision
 * @property {() => Press | undefined} pending the submission that must be sent
 * @property {() => boolean} isUnreadable
 * @property {() => string} ownSight
 * @property {() => string} sight
 * @property {() => boolean} isSettled
 * @property {(issued?: number) => boolean} isAged
 * @property {() => boolean} isFresh
 * @property {() => import("./permission.js").Permission} current what may run
 * @property {() => import("./permission.js").Permission | undefined} decided the same; undefined
 *   before that was decided
 * @property {(words?: Submission, isNarrowing?: boolean) => string | undefined} enforce
 * @property {(words?: Submission) => void} stop
 * @property {() => void} tell tells the page's other tools, once it is known what is chosen
 * @property {() => Promise<void>} start
 * @property {() => Promise<Dialog>} loadDialog
 * @property {(link?: HTMLElement) => Promise<boolean>} open opens the settings
 */

/** @param {import("./embed.js").Context} context */
export const begin = (context) => {
  const { site, isOwn, outer, api, resolve, load } = context;
  const isForeign = new URL(api).origin !== location.origin;
  const isForm = !isForeign && document.querySelector("[data-choices=withdraw]") !== null;
  const hasSignal = Boolean(/** @type {any} */ (navigator).globalPrivacyControl);
  /** The fields into which the visitor has typed, other than those of our own forms. @type {Set<HTMLElement>} */
  const typedInto = new Set();
  /** @type {Promise<Consultation> | undefined} */
  let consultation;

  const stored = () => read(document.cookie);
  const decision = () => decide(stored(), site, Date.now());
  /** The submission that must be sent. */
  const pending = () => due(note(), stored());
  /** Whether the cookie tells nothing: it is of another site, or one of several was planted. */
  const isUnreadable = () => (isForeign && !stored()) || Boolean(stored()?.isConflict);

  /**
   * The answers in the cookie, without an identifier, to notice that another tab has changed them;
   * empty without a cookie.
   */
  const ownSight = () => {
    const found = stored();
    if (!found) return "";
    const { issued, granted, refused, exceptions } = found;
    return JSON.stringify([issued, granted, refused, exceptions]);
  };
  /** The stored choice, from the cookie or the server, for comparison; empty if there is none. */
  const sight = () => {
    if (!isUnreadable()) return ownSight();
    const { choice, expires, services = {} } = core.answer ?? {};
    const isNothing = !choice && !expires && Object.keys(services).length === 0;
    return isNothing ? "" : JSON.stringify([choice, expires, services]);
  };

  /** Whether every category in use is answered. */
  const isSettled = () => {
    const { categories } = decision();
    return (
      Object.keys(site.scopes).every(
        (name) => categories[/** @type {Category} */ (name)] !== "open",
      ) ||
      (isUnreadable() && Boolean(core.answer?.choice))
    );
  };

  listen(
    window,
    "input",
    ({ target }) => {
      const field = /** @type {HTMLInputElement} */ (target);
      if (!field.form?.dataset?.choices) typedInto.add(field);
    },
    true,
  );

  /** Deletes what services have stored; if that fails the next page does. @param {string[]} ids */
  const cleanUp = (ids) =>
    ids.some((id) => !id.startsWith("*"))
      ? load("cleanup").then(
          ({ cleanUp }) => cleanUp(ids),
          () => {},
        )
      : undefined;

  /**
   * Lets run what may run. If something has run that may no longer, the page is loaded anew, because
   * a script that has run can't be undone; but not while a submission is pending, because it would
   * start as before, and not when the visitor would lose what they have typed.
   * @param {Submission} [words] a submission whose refusals hold already
   * @param {boolean} [isNarrowing] whether nothing may begin to run
   * @returns {string | undefined} the message that asks the visitor to load the page anew
   */
  const enforce = (words = pending()?.words, isNarrowing = false) => {
    const before = current();
    const permission = permit(decision(), site.services, {
      before,
      answer: core.answer,
      gpc: core.gpc,
      words,
      isNarrowing,
    });
    const isDone = apply(permission, site.services, site.tags && resolve(site.tags)).then(cleanUp);
    core.surroundings?.apply(permission);
    if (before !== current()) core.dialog?.update();
    if (words || isNarrowing || !(isOutdated() || core.surroundings?.isOutdated()))
      return undefined;
    // What only the header of the signal denies would run again on the new page until it is answered.
    const next = permit(decision(), site.services, { before: NOTHING, gpc: hasSignal }).services;
    if (Object.keys(next).some((id) => next[id] && !permission.services[id])) return undefined;
    // Words that were sent have left the page with their form, where a library replaces the body.
    if ([...typedInto].some((field) => field.isConnected)) return "stopped";
    isDone.then(() => location.reload());
  };

  /**
   * Stops what a submission refuses, by default the pending one of this or another tab.
   * @param {Submission} [words]
   */
  const stop = (words) => {
    core.renewal?.abort();
    enforce(words, true);
  };

  /** Whether the cookie is old enough to be renewed, by one request a visit. @param {number} [issued] */
  const isAged = (issued) =>
    Date.now() - Number(issued) > RENEWAL_AGE && !document.referrer.includes(location.host);

  /** Whether a choice must be reported. */
  const isFresh = () => Math.abs(Date.now() - Number(stored()?.issued ?? note()?.time)) < FRESH;

  /** Loads `consult.js` once; after a failure the next call tries again. */
  const consult = () =>
    (consultation ??= load("consult").then(
      ({ begin }) => begin(context, core),
      (error) => {
        consultation = undefined;
        throw error;
      },
    ));
  const loadDialog = async () => (await consult()).dialog();

  const tell = () => {
    core.isKnown = true;
    core.surroundings?.tell();
  };

  /** Initialises the page with the stored choice and, where it leaves something open, the server's answer. */
  const start = async () => {
    const { categories, services } = decision();
    const { choice, services: known } = core.answer ?? {};
    // What was granted does not wait for the server.
    if (
      core.previous !== undefined ||
      [choice, known, services].some((all) => Object.values(all ?? {}).includes(true)) ||
      Object.values(categories).includes("yes")
    )
      enforce();
    core.previous = sight();
    const found = stored();
    const isEnough =
      found && !found.isOld && !isAged(found.issued) && !decision().ask && !pending() && !isFresh();
    if (consultation || isForm || !isEnough) {
      try {
        return await (await consult()).start();
      } catch {
        // Nothing more can be found out: what is open is not granted, and nobody is asked.
      }
    }
    enforce();
    tell();
    forget(found);
  };

  /**
   * Opens the settings.
   * @param {HTMLElement} [link] that was pressed
   * @returns {Promise<boolean>} whether they can be seen
   */
  const show = async (link) =>
    outer?.kelisim
      ? outer.kelisim.open()
      : loadDialog().then(
          (dialog) => dialog.open(link),
          () => false,
        );

  // Other links are recognised by `surroundings.js`, before this.
  listen(document, "click", (click) => {
    const link = /** @type {HTMLAnchorElement | null} */ (
      /** @type {Element} */ (click.target).closest("[data-choices=open]")
    );
    if (!link) return;
    click.preventDefault();
    show(link).then((isOpen) => !isOpen && link.href && location.assign(link.href));
  });

  /**
   * Initialises the page again if the stored choice has changed, in another tab or while this page
   * was hidden.
   */
  const refresh = () => {
    if (document.hidden || core.previous === undefined) return;
    if ((isForeign && !stored()) || core.previous !== sight()) start();
  };
  listen(document, "visibilitychange", refresh);
  // Where the cookie can't be read, each refresh is a request, and a page that was just loaded has
  // sent it already.
  listen(window, "pageshow", isForeign ? ({ persisted }) => persisted && refresh() : refresh);
  // A submission in another tab, or its answer.
  listen(window, "storage", ({ key }) => {
    if (key !== NOTE && key !== null) return;
    stop();
    refresh();
  });
  // The answer to an earlier submission has overwritten the cookie of the last one.
  /** @type {any} */ (window).cookieStore?.addEventListener("change", () => {
    if (pending()?.time) start();
  });

  /** @type {Core} */
  const core = {
    isForeign,
    isForm,
    gpc: hasSignal,
    stored,
    decision,
    pending,
    isUnreadable,
    ownSight,
    sight,
    isSettled,
    isAged,
    isFresh,
    current,
    decided,
    enforce,
    stop,
    tell,
    start,
    loadDialog,
    open: show,
  };

  window.kelisim = {
    choice: () => current().choice,
    allows: (category, id) => {
      const needed = category.split(" ");
      const service = site.services.find((own) => own.id === id);
      const unknown =
        needed.find((name) => !(name in NOTHING.choice)) ?? (service ? undefined : id);
      if (unknown !== undefined)
        console.error(`kelisim: the register has no category or service "${unknown}"`);
      return mayRun({ needed, service }, current());
    },
    open: () => show(),
    onChange: (listener) => {
      listener(current().choice);
      document.addEventListener("consent:change", () => listener(current().choice));
    },
  };

  const look = () =>
    load("surroundings").then(
      ({ begin }) => (core.surroundings = begin(context, core)),
      () => {
        // What waits goes on waiting.
      },
    );
  // The site's own pages have neither other tools nor frameworks: only markup of their author's.
  const hasMarkup = () =>
    !isOwn || location.hash === "#kelisim" || document.querySelector(MARKS) !== null;
  if (hasMarkup()) look();
  else
    new MutationObserver((_, observer) => {
      if (!hasMarkup()) return;
      observer.disconnect();
      look();
    }).observe(document, { childList: true, subtree: true });
  start();
  return { dialog: loadDialog };
};
