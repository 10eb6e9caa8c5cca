/**
 * What the page brings itself: markup that waits, other tools, and whether it has a link to the
 * choices. Loads the parts for each.
 */
import { bannerLocale } from "./banner-locale.js";
import { onAddress, openByLinks, recogniseLinks } from "./choices.js";
import { MARKS } from "./dialects/marks.js";
import { PEERS, usesOtherTools } from "./other-tools.js";
import { watch } from "./watch.js";

/** @typedef {import("./permission.js").Permission} Permission */

/** When a loaded page is looked at for a link to the choices, in milliseconds. */
const SETTLED = 2000;

/**
 * @param {import("./embed.js").Context} context
 * @param {import("./page.js").Core} core
 */
export const begin = ({ site, tag, mayAsk, resolve, question }, core) => {
  /** @param {string} part */
  const load = (part) => import(resolve(SURROUNDINGS.parts[part]));
  /** The language of the page, with the address of the words. */
  const locale = () => {
    const found = bannerLocale(site);
    return { ...found, hold: resolve(found.hold) };
  };
  /** @type {ReturnType<typeof import("./markup.js").begin> | undefined} */
  let gate;
  /** @type {Promise<unknown> | undefined} */
  let loadingGate;
  /** @type {import("./shims.js").Shims | undefined} */
  let shims;
  /** @type {Promise<unknown> | undefined} */
  let loadingShims;

  /** Loads what gates markup. */
  const gateMarkup = () => {
    loadingGate ??= load("markup").then(
      ({ begin }) => {
        gate = begin({
          services: site.services,
          categories: Object.keys(site.scopes),
          locale,
          allow: (/** @type {string} */ id) =>
            void core.loadDialog().then(
              ({ allow }) => allow(id),
              () => {},
            ),
        });
        const permission = core.decided();
        if (permission) gate?.apply(permission);
        connect();
      },
      // Without it nothing is released, and the next markup that is found tries again.
      () => (loadingGate = undefined),
    );
  };

  /** Loads what answers other tools' calls and reads their markup. */
  const loadShims = () => {
    loadingShims ??= ("kelisimShims" in window ? Promise.resolve() : load("shims")).then(
      () => {
        shims = /** @type {any} */ (window).kelisimShims.begin({
          current: core.current,
          isAnswered: core.isSettled,
          regime: () => core.answer?.regime,
          open: () => core.open(),
          services: site.services,
        });
        if (core.isKnown) shims?.update();
        connect();
        // The page's settings of the other tool may come with a script that is still to run.
        document.addEventListener("DOMContentLoaded", connect);
      },
      () => (loadingShims = undefined),
    );
  };
  /** Lets the gate read other tools' markup, once there are both. */
  const connect = () => {
    if (!shims || !gate) return;
    stopWatching();
    gate.learn(shims.dialects);
  };

  const opens = recogniseLinks(site, resolve);
  openByLinks(opens, core.open, resolve(`/${locale().code}/choices/`));

  let isReminded = false;
  /** Brings a button where the page has no link to the choices, some time after it was loaded. */
  const remind = () =>
    setTimeout(() => {
      if (!mayAsk || core.isForm || isReminded || [...document.querySelectorAll("*")].some(opens))
        return;
      isReminded = true;
      load("reopen").then(
        ({ begin }) => begin({ tag, opens, question }),
        () => {},
      );
    }, SETTLED);
  if (document.readyState === "complete") remind();
  else addEventListener("load", remind);
  onAddress(remind);

  const stopWatching = watch({
    selector: `${MARKS}, ${PEERS}`,
    attributes: [],
    handle: ({ found }) => {
      // The copy of a frame that was released, of a library that keeps pages, would load before the
      // piece is there that holds it.
      for (const frame of /** @type {HTMLElement[]} */ (gate ? [] : found))
        if (frame.localName === "iframe" && frame.getAttribute("src") === frame.dataset.src)
          frame.removeAttribute("src");
      if (found.length > 0) gateMarkup();
      if (found.some((element) => element.matches(PEERS))) loadShims();
    },
  });
  if (usesOtherTools()) loadShims();
  return {
    /** Lets this run and nothing else. @param {Permission} permission */
    apply: (permission) => gate?.apply(permission),
    /** Whether markup has run on this page that may no longer run. */
    isOutdated: () => gate?.isOutdated(),
    /** Tells other tools what is chosen. */
    tell: () => shims?.update(),
  };
};
