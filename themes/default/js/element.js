/**
 * The element that holds the banner, on whatever page: above everything else, put back when the page
 * takes it away, and usable while the page makes everything else unusable. The page's own nodes are
 * left as they are, so that a framework can still hydrate, update and remove them.
 */
import { isDark } from "./scheme.js";

/** For how long a page that is still being parsed is waited for, in milliseconds. */
const PARSING_LIMIT = 3000;
/** For how long what has just appeared takes no pointer, in milliseconds. */
const SHIELD = 500;
/** So often the element is put back at once; then once in `PAUSE` milliseconds. */
const BUDGET = 20;
const PAUSE = 500;

/**
 * What the page must not change: inline and important, it wins over important layers too. The style
 * gives some of it in custom properties: `display: grid` there is `--kelisim-display: grid` as well.
 */
const VITAL =
  "all:initial;display:var(--kelisim-display,block);position:fixed;inset:auto 0 0;z-index:2147483647;pointer-events:none;";

/** Events inside the element are its own: no page reacts to them, or holds them back. */
const EVENTS =
  "click auxclick dblclick mousedown mouseup pointerdown pointerup touchstart touchend keydown keypress keyup focusin focusout input change submit toggle transitionend".split(
    " ",
  );

/** @typedef {(event: any, target: any) => void} Listener */

const INSIDE = {
  display: "var(--kelisim-display,revert)",
  "pointer-events": "var(--kelisim-pointer-events,inherit)",
  visibility: "inherit",
  opacity: "1",
};

/**
 * Makes sure that markup is seen and can be pressed, whatever important layers of the page say about
 * bare elements.
 * @param {Element} root
 */
export const harden = (root) => {
  for (const { style } of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("*")))
    for (const [name, value] of Object.entries(INSIDE)) style.setProperty(name, value, "important");
};

/** Resolves when the page is parsed, or takes too long. */
const parsed = () =>
  document.readyState === "loading" &&
  new Promise((resolve) => {
    document.addEventListener("DOMContentLoaded", resolve);
    setTimeout(resolve, PARSING_LIMIT);
  });

/** @param {Element} element */
const isModal = (element) => element.isConnected && element.matches("dialog:modal");

/**
 * @param {HTMLElement} host with the markup inside it
 * @param {string} style of host and markup
 * @param {() => void} [adapt] called when the page may have changed its language
 */
export const keep = (host, style, adapt = () => {}) => {
  /** @type {CSSStyleSheet[]} */
  const sheets = [];
  const form = /** @type {HTMLElement} */ (host.querySelector("form"));
  /** @type {Record<string, Listener[]>} */
  const listeners = {};
  /** Whether the last press, the first of its gesture, was inside. */
  let wasInside = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let shielded;
  const box = /** @type {HTMLElement} */ (host.querySelector("#cc-main"));
  const system = matchMedia("(prefers-color-scheme: dark)");
  let isShown = false;
  /** Whether the host has been in the page since it is shown. */
  let wasPlaced = false;
  /** Whether nothing in `body` can be seen or used. */
  let isBodyDead = false;
  /** The page's open modal dialogs, the topmost last. @type {Element[]} */
  let modals = [];
  /** What has the focus inside, or had it when the host was removed. @type {any} */
  let focused;
  let budget = BUDGET;
  let last = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {typeof import("./room.js").makeRoom | undefined} */
  let makeRoom;
  /** @type {(() => void) | undefined} */
  let endRoom;

  const home = () => {
    const { body, documentElement } = document;
    // React 18 removes what it finds outside of `body` when it hydrates; later, what replaces
    // `body` or its content leaves the rest.
    const isInBody =
      !isBodyDead && body?.localName === "body" && (host.parentNode === body || !wasPlaced);
    return modals.at(-1) ?? (isInBody ? body : documentElement);
  };

  /** Follows what the page says about itself on its root. */
  const look = () => {
    const { body } = document;
    isBodyDead =
      !body ||
      body.matches("[inert], [aria-hidden=true]") ||
      getComputedStyle(body).display === "none";
    const scheme = isDark() ? "dark" : "light";
    host.style.setProperty("color-scheme", scheme, "important");
    host.dataset.scheme = scheme;
    adapt();
  };

  const renewRoom = () => {
    endRoom?.();
    endRoom = makeRoom?.(box, (inset) => host.style.setProperty("inset", inset, "important"));
  };

  const place = () => {
    const parent = home();
    if (!parent) return;
    if (host.parentNode !== parent) {
      // While it is not displayed, asking for its size styles nothing inside of it.
      host.style.setProperty("--kelisim-display", "none", "important");
      parent.append(host);
      // The reader's own size, whatever the page makes of `rem`.
      host.style.setProperty("--kelisim-rem", getComputedStyle(host).fontSize, "important");
      host.style.removeProperty("--kelisim-display");
    }
    wasPlaced = true;
    adopt();
    // Libraries that keep screen readers in what they opened.
    for (const name of ["aria-hidden", "inert"]) host.removeAttribute(name);
    if (!isOpen()) host.showPopover();
    watch();
    renewRoom();
    if (document.activeElement === document.body) focused?.focus({ preventScroll: true });
  };

  const isOpen = () => !host.showPopover || host.matches(":popover-open");
  /** Its style sheets that the document, or the shadow root, lacks. */
  const missing = () => {
    const { adoptedStyleSheets } = /** @type {Document} */ (host.getRootNode());
    return sheets.filter((sheet) => !adoptedStyleSheets.includes(sheet));
  };
  const adopt = () => {
    const root = /** @type {Document} */ (host.getRootNode());
    if (missing().length > 0) root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...missing()];
  };
  /**
   * Each in a sheet of its own, and without `@property`: when a sheet that is in the page already
   * changes its layers, Chromium lays out all of the page anew, and for a registered property it
   * styles all anew.
   * @param {string} rules
   */
  const addStyle = (rules) => {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(rules);
      sheets.push(sheet);
      if (host.isConnected) adopt();
    } catch {
      // Safari before 16.4.
      const element = document.createElement("style");
      element.textContent = rules;
      host.append(element);
    }
  };
  const isRight = () =>
    host.isConnected &&
    host.parentNode === home() &&
    missing().length === 0 &&
    isOpen() &&
    !host.matches("[aria-hidden], [inert]");

  /** Puts the host where it belongs. A page that removes it again at once must not freeze. */
  const check = () => {
    modals = modals.filter(isModal);
    for (const modal of document.querySelectorAll("dialog:modal"))
      if (!modals.includes(modal)) modals.push(modal);
    // What was stored of an earlier page, with the banner in it.
    for (const copy of document.querySelectorAll(host.localName)) if (copy !== host) copy.remove();
    if (isRight() || timer) return;
    const wait = budget > 0 ? 0 : last + PAUSE - performance.now();
    if (wait > 0) {
      timer = setTimeout(() => {
        timer = undefined;
        check();
      }, wait);
      return;
    }
    budget -= 1;
    last = performance.now();
    place();
  };

  const observer = new MutationObserver((records) => {
    const roots = [document.documentElement, document.body];
    if (
      records.some(
        ({ attributeName, target }) => attributeName && roots.includes(/** @type {any} */ (target)),
      )
    )
      look();
    check();
  });

  /** @param {Event} event */
  const handle = (event) => {
    const { type } = event;
    const path = /** @type {Element[]} */ (event.composedPath());
    const isInside = path.includes(host);
    if (type === "click") {
      // The later presses of a gesture are meant for what was there at the first one.
      const isRepeated = /** @type {MouseEvent} */ (event).detail > 1;
      if (isRepeated && (isInside ? path[0].closest("button") : wasInside)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      if (!isRepeated) wasInside = isInside;
    }
    if (isInside) {
      // The page has closed it.
      if (type === "toggle" && path[0] === host) check();
      if (type === "focusin") focused = path[0];
      event.stopImmediatePropagation();
      for (const listener of listeners[type] ?? []) listener(event, path[0]);
      return;
    }
    // A page that keeps the focus where it is must not see that it goes to the banner.
    if (host.contains(/** @type {any} */ (event).relatedTarget)) event.stopImmediatePropagation();
    if (type === "focusin" || type === "pointerdown") {
      focused = undefined;
      // A modal dialog in a shadow root takes the focus when it opens; nothing else tells of it.
      const modal = path.find((node) => node.localName === "dialog" && isModal(node));
      if (modal && !modals.includes(modal)) {
        modals.push(modal);
        check();
      }
    } else if (type === "transitionend" && path[0].matches("html, body")) look();
  };

  // A page that assigns the document's style sheets drops those of others, and no event tells of it;
  // but without its style the banner has another size.
  const sizes = new ResizeObserver(check);

  /** Watches the page; what is watched already is not watched twice. */
  const watch = () => {
    const { body, documentElement } = document;
    const tree = { childList: true, subtree: true, attributeFilter: ["open"] };
    observer.observe(document, tree);
    // The shadow root of a dialog.
    observer.observe(host.getRootNode(), tree);
    for (const node of [host, documentElement, body])
      if (node)
        observer.observe(
          node,
          node === host ? { attributeFilter: ["aria-hidden", "inert"] } : { attributes: true },
        );
    for (const type of EVENTS) addEventListener(type, handle, true);
    system.addEventListener("change", look);
    sizes.observe(box);
  };

  addStyle(style);

  return {
    /** Adds rules for what is put into the element later. */
    addStyle,
    /**
     * Listens to events inside the element, whatever the page does with its listeners.
     * @param {string} type
     * @param {Listener} listener gets the target as well, because that of the event may be the host
     *   of a shadow root
     */
    on: (type, listener) => {
      listeners[type] = [...(listeners[type] ?? []), listener];
    },
    /** Shows the element, once the page is parsed, and keeps it. */
    show: async () => {
      isShown = true;
      await parsed();
      if (!isShown || host.isConnected) return;
      if ("showPopover" in host) host.setAttribute("popover", "manual");
      host.style.cssText = VITAL.replaceAll(";", "!important;");
      // Readers may space text as they need (WCAG 1.4.12).
      for (const name of ["letter-spacing", "line-height", "word-spacing"])
        host.style.removeProperty(name);
      look();
      check();
    },
    /** Makes room for the element from now on. @param {typeof import("./room.js").makeRoom} make */
    room: (make) => {
      makeRoom = make;
      if (host.isConnected) renewRoom();
    },
    /** Takes the element out of the page. */
    hide: () => {
      isShown = false;
      observer.disconnect();
      sizes.disconnect();
      clearTimeout(timer);
      timer = undefined;
      endRoom?.();
      modals = [];
      wasPlaced = false;
      host.remove();
    },
    /**
     * Keeps pointers off the controls for a moment, because they have just appeared: a press is meant
     * for what was there before. Keys and scripts are not kept off.
     */
    shield: () => {
      form.style.setProperty("--kelisim-pointer-events", "none", "important");
      clearTimeout(shielded);
      shielded = setTimeout(() => form.style.removeProperty("--kelisim-pointer-events"), SHIELD);
    },
  };
};
