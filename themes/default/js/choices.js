/**
 * Links to the choices: a press opens the settings on the page itself, which alone can change a
 * choice that the browser keeps for this page's domain. A link is one that leads to the site's page
 * of choices or to `#kelisim` on this page, or anything with `data-choices=open`.
 */

import { listen } from "./listen.js";

/** The fragment that opens the settings. */
export const FRAGMENT = "#kelisim";

/** Calls a function when the page's address has changed. @param {() => void} listener */
export const onAddress = (listener) => {
  listen(window, "hashchange", listener);
  // Routers change the address with no other event than this one, which not every browser has.
  /** @type {any} */ (window).navigation?.addEventListener("currententrychange", listener);
};

/**
 * Tells links to the choices from others.
 * @param {typeof SITE} site
 * @param {(path: string) => string} resolve the full address of a path of the policy site, which is
 *   another than the published one during development
 */
export const recogniseLinks = ({ url, locales }, resolve) => {
  const pages = locales.split(",").flatMap((ranges) => {
    const path = `/${ranges.split(" ")[0]}/choices`;
    return [new URL(path, url).href, resolve(path)];
  });
  /** Whether an address is that of the page of choices. @param {any} address */
  const isPage = ({ origin, pathname }) =>
    pages.includes(origin + pathname.replace(/\/(index\.html)?$/, ""));

  /**
   * @param {any} node
   * @returns {node is HTMLElement}
   */
  return (node) => {
    if (!(node instanceof HTMLElement)) return false;
    const { hash, href, origin } = /** @type {HTMLAnchorElement} */ (node);
    if (node.dataset.choices === "open") return true;
    if (!href || !node.matches("a, area")) return false;
    if (hash === FRAGMENT && href === location.href.split("#")[0] + hash) return true;
    // On the page of choices the others are its languages, and on its site one part can be meant.
    return isPage(node) && !isPage(location) && !(hash && origin === location.origin);
  };
};

/**
 * Opens the settings when a link is pressed, and when the page's address says so.
 * @param {(node: any) => node is HTMLElement} opens
 * @param {(link?: HTMLElement) => Promise<boolean>} open resolves to whether they can be seen
 * @param {string} fallback address of the page of choices
 */
export const openByLinks = (opens, open, fallback) => {
  // In the capture phase on `document`: it survives whatever the page does to its elements, and
  // comes before every router, of which some don't look whether a press was taken.
  listen(
    document,
    "click",
    (click) => {
      const link = /** @type {any} */ (click.composedPath().find(opens));
      const { button, metaKey, ctrlKey, shiftKey, altKey } = click;
      if (!link || click.defaultPrevented || button || metaKey || ctrlKey || shiftKey || altKey)
        return;
      const base = /** @type {HTMLBaseElement | null} */ (document.querySelector("base[target]"));
      const isElsewhere = !/^(_self|_top|_parent)?$/i.test(link.target || base?.target || "");
      if (isElsewhere || link.hasAttribute("download")) return;
      click.preventDefault();
      click.stopImmediatePropagation();
      open(link).then((isOpen) => {
        const { hash, href } = link;
        if (!isOpen) location.assign(href && hash !== FRAGMENT ? href : fallback);
      });
    },
    true,
  );

  /** The page on which the address has opened them, so that it does so once. */
  let opened = "";
  const look = () => {
    const here = location.hash === FRAGMENT ? location.pathname : "";
    if (here && here !== opened) open();
    opened = here;
  };
  look();
  onAddress(look);
};
