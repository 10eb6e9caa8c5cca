/**
 * Where boxes of held markup stand. That of a frame is drawn in the frame's own empty document: no
 * element of the page changes, nothing moves, and the page's style does not reach it. For anything
 * else something is put beside it.
 */
import { createBox, nameOf } from "./box.js";
import { standIn } from "./stand-in.js";
import { shownBy } from "./template.js";

/** @typedef {import("./markup.js").Waiting} Waiting */
/** @typedef {import("./permission.js").Permission} Permission */
/** @typedef {import("./box.js").Locale} Locale */
/** @typedef {import("./box.js").Words} Words */
/**
 * @typedef {object} Place
 * @property {Waiting} one
 * @property {HTMLIFrameElement} [frame] in whose document the box is
 * @property {HTMLElement} [beside] what was put into the page for it
 * @property {{inlineSize: string, blockSize: string}} [size] of what is beside it
 * @property {() => void} [restore] shows the element in whose stead that stands
 * @property {boolean} [isOpaque] whether nothing can be drawn into the element, a frame
 * @property {import("./box.js").Box} [box]
 * @property {string} [text] what the box was made of
 * @property {number} time when the box appeared, in milliseconds
 * @property {number} [pressed] when one of its buttons was pressed, likewise
 * @property {number} tries how often something was put beside it
 */

/** The longest time between the presses of a double one, in milliseconds, as usual systems count. */
const DOUBLE = 500;
/** A page that removes what is put beside its elements as often as this is left alone. */
const MAX_TRIES = 20;
/** Marks a stand-in. */
const STAND_IN = "data-kelisim-hold";
/** Selects what is put beside elements. */
export const MARK = `kelisim-hold, [${STAND_IN}]`;

/** @type {WeakSet<Element>} */
const ours = new WeakSet();
/** Whether it is a copy of what was put there, from a library that restores pages. @param {Element} element */
export const isCopy = (element) => element.matches(MARK) && !ours.has(element);

let isHydrated = false;
/** Resolves when a framework has most likely taken over the page, which must not change before. */
const hydrated = new Promise((resolve) => {
  const wait = () =>
    "requestIdleCallback" in window
      ? requestIdleCallback(resolve, { timeout: 2000 })
      : setTimeout(resolve, DOUBLE);
  if (document.readyState === "complete") wait();
  else addEventListener("load", wait, { once: true });
}).then(() => (isHydrated = true));

const style = STYLE;

/** @param {Document | ShadowRoot} root @param {Document} page */
const addStyle = (root, page) => {
  try {
    const sheet = new /** @type {any} */ (page.defaultView).CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Safari before 16.4.
    const element = page.createElement("style");
    element.textContent = style;
    (root === page ? page.head : root).append(element);
  }
};

/** Hides an element of the page without changing anything else. @param {HTMLElement} element */
const hide = ({ style }) => {
  const [value, priority] = [
    style.getPropertyValue("display"),
    style.getPropertyPriority("display"),
  ];
  style.setProperty("display", "none", "important");
  return () => style.setProperty("display", value, priority);
};

/** Whether the page's scripts can't reach into a frame. @param {HTMLIFrameElement} frame */
const isOpaque = (frame) =>
  frame.hasAttribute("sandbox") && !frame.sandbox.contains("allow-same-origin");

/**
 * Lets frames ignore the second press of a double one that was meant for the button in their place:
 * a page can't see the presses in them.
 * @param {Element} element
 */
const shield = (element) => {
  for (const shown of [element, ...shownBy(element)])
    for (const frame of shown.localName === "iframe" ? [shown] : shown.querySelectorAll("iframe")) {
      const { style } = /** @type {HTMLElement} */ (frame);
      const before = style.pointerEvents;
      style.pointerEvents = "none";
      setTimeout(() => (style.pointerEvents = before), DOUBLE);
    }
};

/** Recognises presses that were meant for what was there before. */
const createGuard = () => {
  let last = { time: Number.NEGATIVE_INFINITY, isOurs: false };
  addEventListener(
    "click",
    (click) => {
      if (
        click.detail > 0 &&
        !click.composedPath().some((target) => ours.has(/** @type {Element} */ (target)))
      )
        last = { time: performance.now(), isOurs: false };
    },
    true,
  );
  /**
   * Keys and scripts press without a count; not every browser counts taps.
   * @param {MouseEvent} click
   * @param {Place} place
   */
  return ({ detail }, place) => {
    const time = performance.now();
    const isSecond = time - last.time < DOUBLE && (last.isOurs || place.time >= last.time);
    if (detail > 0) last = { time, isOurs: true };
    return detail > 1 || (detail === 1 && isSecond);
  };
};

/**
 * @param {object} page
 * @param {Locale} page.locale
 * @param {() => Permission} page.permission what may run
 * @param {(one: Waiting, isAlways: boolean) => void} page.press allows it
 */
export const createBoxes = ({ locale, permission, press }) => {
  /** @type {Map<Element, Place>} */
  const places = new Map();
  /** @type {Words | undefined} */
  let words;
  /** The address of the words that were requested. @type {string | undefined} */
  let requested;
  const isStray = createGuard();
  /** Frames whose loading is watched. @type {WeakSet<HTMLIFrameElement>} */
  const watched = new WeakSet();

  const load = async () => {
    const { hold } = locale;
    if (requested === hold) return;
    requested = hold;
    try {
      const response = await fetch(hold);
      if (!response.ok) throw new Error(`${response.status} ${hold}`);
      const answer = await response.json();
      // Another language may have been wanted since.
      if (requested !== hold) return;
      words = answer;
      for (const place of places.values()) draw(place);
    } catch (error) {
      // What is held stays held, without words.
      requested = undefined;
      console.warn(`kelisim: ${error}`);
    }
  };

  /** @param {Place} place */
  const textOf = ({ one: { markup, needed, service } }) =>
    JSON.stringify([
      locale.hold,
      needed,
      service?.id,
      markup.label,
      markup.address,
      markup.preview,
    ]);

  /** @param {Place} place @param {Document | ShadowRoot} root @param {Document} page @param {Element} parent */
  const write = (place, root, page, parent) => {
    const { one } = place;
    place.box = createBox(one, {
      page,
      words: /** @type {Words} */ (words),
      locale,
      press: (click, isAlways) => {
        if (isStray(click, place)) return;
        place.pressed = performance.now();
        press(one, isAlways);
      },
    });
    Object.assign(place.box.element.style, place.size);
    place.text = textOf(place);
    place.box.offer(permission());
    addStyle(root, page);
    (root === page ? parent : root).replaceChildren(place.box.element);
    place.time = performance.now();
  };

  /** @param {Place} place @param {HTMLIFrameElement} frame */
  const drawInFrame = (place, frame) => {
    place.frame = frame;
    if (!watched.has(frame)) {
      watched.add(frame);
      // A frame that was moved, and one that was emptied, has another document.
      frame.addEventListener("load", () => {
        for (const other of places.values())
          if (other.frame === frame) {
            other.isOpaque ||= !frame.contentDocument;
            draw(other);
          }
      });
    }
    const page = frame.contentDocument;
    // Until it is empty again, a frame shows what was refused or what the page has put there.
    if (page?.URL !== "about:blank" || !page.body) return;
    if (place.text === textOf(place) && place.box?.element.ownerDocument === page) return;
    const name = nameOf(place.one, /** @type {Words} */ (words));
    if (!frame.title) frame.ariaLabel = name;
    page.title = frame.title || name;
    page.documentElement.lang = locale.code;
    const host = page.createElement("kelisim-hold");
    page.body.replaceChildren(host);
    write(place, page, page, host);
  };

  /** Puts something beside an element. @param {Place} place */
  const putBeside = (place) => {
    const { element } = place.one.markup;
    const isTemplate = element instanceof HTMLTemplateElement;
    const frame = isTemplate ? element.content.querySelector("iframe") : element;
    if (frame?.localName === "iframe") {
      const made = standIn(/** @type {HTMLIFrameElement} */ (frame), isTemplate);
      made.top.setAttribute(STAND_IN, "");
      place.beside = made.top;
      place.frame = made.frame;
    } else {
      place.beside = document.createElement("kelisim-hold");
      const { width, height } = element.getBoundingClientRect();
      if (height) place.size = { inlineSize: `${width}px`, blockSize: `${height}px` };
    }
    ours.add(place.beside);
    if (!isTemplate && element.localName !== "script" && !place.restore)
      place.restore = hide(/** @type {HTMLElement} */ (element));
    element.after(place.beside);
  };

  /** @param {Place} place */
  const draw = (place) => {
    const { markup } = place.one;
    const element = /** @type {HTMLElement} */ (markup.element);
    if (!words || !element.isConnected) return;
    place.isOpaque ??= isOpaque(/** @type {HTMLIFrameElement} */ (element));
    if (markup.isFrame && !place.isOpaque)
      return drawInFrame(place, /** @type {HTMLIFrameElement} */ (element));
    if (!isHydrated && element.localName !== "template")
      return void hydrated.then(() => places.get(element) === place && draw(place));
    if (!place.beside?.isConnected) {
      if (place.tries++ >= MAX_TRIES) return;
      putBeside(place);
    }
    if (place.frame?.isConnected) return drawInFrame(place, place.frame);
    const host = /** @type {HTMLElement} */ (place.beside);
    if (!host.shadowRoot) host.attachShadow({ mode: "open" });
    else if (place.text === textOf(place)) return;
    host.lang = locale.code;
    host.dir = locale.dir;
    const root = /** @type {ShadowRoot} */ (host.shadowRoot);
    write(place, root, document, host);
  };

  /** @param {Element} element */
  const remove = (element) => {
    const place = places.get(element);
    if (!place) return;
    places.delete(element);
    const { frame, beside, restore } = place;
    const root = /** @type {Document | ShadowRoot} */ (element.getRootNode());
    const { activeElement = null } = root;
    const hadFocus = (beside ?? element).contains(activeElement);
    restore?.();
    beside?.remove();
    if (frame?.contentDocument?.URL === "about:blank")
      frame.contentDocument.body?.replaceChildren();
    // Once it is released.
    queueMicrotask(() => {
      if (performance.now() - Number(place.pressed) < DOUBLE) shield(element);
      if (!hadFocus || !element.isConnected) return;
      const target = shownBy(element)[0] ?? element;
      if (target.tabIndex < 0) target.tabIndex = -1;
      target.focus();
    });
  };

  return {
    /** Shows that something is held. @param {Waiting} one */
    show: (one) => {
      const { element, isShown } = one.markup;
      if (!isShown) return remove(element);
      const place = places.get(element) ?? { one, time: 0, tries: 0 };
      places.set(element, place);
      if (words) draw(place);
      else load();
    },
    remove,
    /** Shows which buttons can work now. */
    update: () => {
      for (const { box } of places.values()) box?.offer(permission());
    },
    /** Follows what the page has removed or moved. */
    tidy: () => {
      for (const [element, place] of places) {
        const { beside } = place;
        if (!element.isConnected) remove(element);
        else if (beside && !beside.isConnected) draw(place);
        else if (beside && beside.parentNode !== element.parentNode) element.after(beside);
      }
    },
    /** Writes them in another language. @param {Locale} next */
    translate: (next) => {
      if (next.hold === locale.hold) return;
      locale = next;
      words = undefined;
      if (places.size) load();
    },
  };
};
