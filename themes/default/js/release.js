/**
 * Lets an element load what its attributes name, and takes that back: nothing but attributes
 * changes, so that frameworks find the elements that they have made.
 */
import { start, stop } from "./scripts.js";

/** Attributes whose addresses wait in `data-src` and so on. */
export const ADDRESSES = ["src", "srcset", "href", "poster"];

/**
 * Libraries that keep pages, as Turbo and htmx do, put copies of frames into the document, which
 * would load at once. In all engines but Gecko `loading` is ignored once a frame is loading, so that
 * it delays only the copies, until they are held or released. Gecko would load the frame again, and
 * requests nothing for a copy whose address is gone within the same task.
 */
const DELAYS_COPIES_ALONE = !CSS.supports("-moz-appearance", "none");

/** The attributes that were changed, with what they were before. @type {WeakMap<Element, Record<string, string | null>>} */
const changed = new WeakMap();

/** @param {Element} element @param {string} name @param {string | null} value */
const write = (element, name, value) =>
  value === null ? element.removeAttribute(name) : element.setAttribute(name, value);

/** Whether a type of a script is one that browsers run. @param {string} type */
export const isScriptType = (type) =>
  /^(|module|(text|application)\/(x-)?(java|ecma)script)$/i.test(type.trim());

/**
 * Elements inside which their own addresses wait, too.
 * @param {Element} element
 * @returns {HTMLElement[]}
 */
const sources = (element) =>
  element.matches("picture, video, audio")
    ? [.../** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("source, track"))]
    : [];

/** @param {HTMLElement} element */
const waiting = ({ dataset }) =>
  Object.fromEntries(ADDRESSES.flatMap((name) => (name in dataset ? [[name, dataset[name]]] : [])));

/** Writes addresses and remembers what was there. @param {Element} element @param {Record<string, any>} addresses */
const fill = (element, addresses) => {
  const before = changed.get(element) ?? {};
  let isChanged = false;
  // The candidates before the address that is loaded without them.
  for (const name of Object.keys(addresses).sort().reverse()) {
    const present = element.getAttribute(name);
    if (!(name in before)) before[name] = present === addresses[name] ? null : present;
    if (present === addresses[name]) continue;
    element.setAttribute(name, addresses[name]);
    isChanged = true;
  }
  changed.set(element, before);
  return isChanged;
};

/**
 * Writes what was there before. The copy of an element that was released has the addresses, too.
 * @param {Element} element
 * @param {Record<string, any>} addresses
 */
const restore = (element, addresses) => {
  const before = changed.get(element) ?? {};
  const names = Object.keys(addresses).filter(
    (name) => name in before || element.getAttribute(name) === addresses[name],
  );
  for (const name of new Set([...Object.keys(before), ...names]))
    write(element, name, before[name] ?? null);
  changed.delete(element);
  return names.length > 0;
};

/**
 * Puts a frame into the document anew, where it was: it begins empty, without an entry in the history
 * of the tab, and nothing that was on its way arrives. Also, of a frame of the document's own markup
 * browsers remember what it shows, and load that again when the visitor goes back to the page, before
 * any script could hold it; not of one that a script has put there.
 * @param {HTMLIFrameElement} frame
 * @param {() => void} [change] what is changed in between
 */
const insertAnew = (frame, change) => {
  const { parentNode, nextSibling } = frame;
  frame.remove();
  change?.();
  parentNode?.insertBefore(frame, nextSibling);
};

/**
 * The functions of `Markup` for an element whose addresses wait in other attributes.
 * @param {any} element
 * @param {Record<string, any>} addresses by the attribute into which each is written
 * @param {string} [type] of a script, where it is none of the usual ones: `module`
 * @returns {Pick<import("./dialects/own.js").Markup, "release" | "hold">}
 */
export const deferred = (element, addresses, type) => {
  if (element.localName === "script")
    return {
      release: (isAllowed) => start(element, { address: addresses.src, type, isAllowed }),
      hold: () => stop(element),
    };
  if (
    element.localName === "iframe" &&
    DELAYS_COPIES_ALONE &&
    element.getAttribute("loading") !== "lazy"
  )
    addresses = { ...addresses, loading: "lazy" };
  const reload = () => {
    if (element.matches("video, audio")) element.load();
    else if (element.matches("source, track")) element.closest("video, audio")?.load();
  };
  const restoreAll = () =>
    [
      ...sources(element).map((source) => restore(source, waiting(source))),
      restore(element, addresses),
    ].includes(true);
  return {
    release: () => {
      if (element.localName === "iframe" && !changed.has(element)) insertAnew(element);
      const changes = [
        fill(element, addresses),
        ...sources(element).map((source) => fill(source, waiting(source))),
      ];
      if (changes.includes(true)) reload();
    },
    hold: () => {
      if (element.localName === "iframe" && changed.has(element)) insertAnew(element, restoreAll);
      else if (restoreAll()) reload();
    },
  };
};
