/**
 * Markup of the page that waits for permission: finds it, releases and holds it. A box stands for
 * what visitors miss meanwhile.
 */
import { own } from "./dialects/own.js";
import { createBoxes, isCopy, MARK } from "./boxes.js";
import { keysOf, mayRun } from "./permission.js";
import { needOf } from "./register.js";
import { deferred } from "./release.js";
import { beginBatch } from "./scripts.js";
import { watch } from "./watch.js";

/** @typedef {import("./permission.js").Permission} Permission */
/** @typedef {import("./register.js").Service} Service */
/** @typedef {import("./register.js").Need} Need */
/** @typedef {import("./boxes.js").Locale} Locale */
/**
 * @typedef {Need & {once?: {wasRefused: boolean}}} Grant What something needs, and whether a press
 *   allows it until the page is left or a later answer refuses it.
 */
/** @typedef {Grant & {markup: import("./dialects/own.js").Markup}} Waiting */

/** @typedef {import("./dialects/own.js").Dialect} Dialect */

/** Whether the visitor or a signal refuses it. @param {Need} need @param {Permission} permission */
const isRefused = (need, { refused }) => keysOf(need).some((key) => refused.includes(key));

/**
 * Watches the page from now on. Nothing is released or drawn before the first `apply`.
 * @param {object} page
 * @param {Service[]} page.services the optional services of the register
 * @param {string[]} page.categories the optional categories that visitors are asked about
 * @param {() => Locale} page.locale that of the page as it is now
 * @param {(service: string) => void} page.allow records that the visitor allows a service
 */
export const begin = ({ services, categories, locale, allow }) => {
  /** Ways to mark what waits; the first one that fits counts. @type {Dialect[]} */
  let dialects = [own];
  /** @type {Permission | undefined} */
  let permission;
  /** @type {WeakMap<Element, Waiting>} */
  const waiting = new WeakMap();
  /** The elements of `waiting`, also those that a framework keeps for later. @type {Set<WeakRef<Element>>} */
  const references = new Set();
  /** What must be told when the page removes it. @type {Set<Waiting>} */
  const attended = new Set();
  /** What has started something that only loading the page anew ends. @type {Map<string, Grant>} */
  const started = new Map();

  /** Everything that waits, in the order of the document. */
  const all = () => {
    const found = [];
    for (const reference of references) {
      const element = reference.deref();
      const one = element && waiting.get(element);
      if (one) found.push(one);
      else references.delete(reference);
    }
    return found.sort(({ markup: a }, { markup: b }) =>
      a.element.compareDocumentPosition(b.element) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
    );
  };

  /** @param {Grant} grant */
  const isGranted = (grant) => Boolean(permission && (mayRun(grant, permission) || grant.once));
  /** @param {Waiting} one */
  const isAllowed = (one) => isGranted(one) || Boolean(one.markup.isAllowed?.());
  /** @param {Need} need */
  const untilLeft = (need) => ({ wasRefused: permission ? isRefused(need, permission) : false });

  /** @param {Waiting} one */
  const release = (one) => {
    const { markup, needed, service } = one;
    boxes.remove(markup.element);
    if (markup.leave) attended.add(one);
    if (markup.isLasting) {
      const key = JSON.stringify([needed, service?.id]);
      const isLater = permission && mayRun(one, permission);
      started.set(key, { needed, service, once: isLater ? undefined : untilLeft(one) });
    }
    markup.release(() => waiting.get(markup.element) === one && isAllowed(one));
  };

  /** @param {Waiting[]} some in the order of the document */
  const settle = (some) => {
    if (!permission) return;
    beginBatch();
    for (const one of some) {
      const { isConnected } = one.markup.element;
      try {
        if (!isAllowed(one)) {
          one.markup.hold();
          if (isConnected) boxes.show(one);
        } else if (isConnected) release(one);
      } catch (error) {
        // What one element can't do must not hold up the others.
        reportError(error);
      }
    }
  };

  const boxes = createBoxes({
    locale: locale(),
    permission: () => /** @type {Permission} */ (permission),
    press: (pressed, isAlways) => {
      const { service } = pressed;
      // It appears when that is recorded.
      if (isAlways) return service && allow(service.id);
      // What else shows the service belongs to it, but each frame has buttons of its own.
      for (const other of all())
        if (other === pressed || (service && other.service === service && !other.markup.isShown))
          other.once = untilLeft(other);
      settle(all());
    },
  });

  /** Reads an element anew. @param {Element} element @returns {Waiting[]} */
  const read = (element) => {
    const markup = dialects.find(({ selector }) => element.matches(selector))?.read(element);
    const before = waiting.get(element);
    if (!markup) {
      boxes.remove(element);
      waiting.delete(element);
      return [];
    }
    if (!before) references.add(new WeakRef(element));
    const need = needOf(markup, services, categories);
    const one = Object.assign(before ?? {}, { service: undefined, ...need, markup });
    waiting.set(element, one);
    return [one];
  };

  const look = () =>
    watch({
      selector: [...dialects.map(({ selector }) => selector), MARK].join(),
      attributes: dialects.flatMap(({ attributes }) => attributes),
      handle: ({ found, hasRemovals }) => {
        if (hasRemovals) {
          boxes.tidy();
          for (const one of attended)
            if (!one.markup.element.isConnected) {
              attended.delete(one);
              one.markup.leave?.();
            }
        }
        for (const element of found) if (isCopy(element)) element.remove();
        settle(found.filter((element) => !element.matches(MARK)).flatMap(read));
      },
    });
  let stopLooking = look();
  new MutationObserver(() => boxes.translate(locale())).observe(document.documentElement, {
    attributeFilter: ["lang"],
  });

  return {
    /** Lets this run and nothing else. @param {Permission} next */
    apply: (next) => {
      permission = next;
      const some = all();
      for (const one of [...some, ...started.values()])
        if (mayRun(one, next) || (isRefused(one, next) && !one.once?.wasRefused))
          one.once = undefined;
      settle(some);
      boxes.update();
    },
    /**
     * Reads the page anew, with further dialects.
     * @param {typeof import("./dialects/peers.js").peers} peers
     */
    learn: (peers) => {
      stopLooking();
      dialects = [own, ...peers(services, deferred)];
      stopLooking = look();
    },
    /** Whether something has run that may no longer run, which only loading the page anew ends. */
    isOutdated: () => [...started.values()].some((grant) => !isGranted(grant)),
  };
};
