import { useSyncExternalStore } from "react";
import { allows, choice, onConsent } from "./index.js";
import { NOTHING } from "./nothing.js";

/** @typedef {typeof import("./react.js")} Module */

const CATEGORIES = /** @type {(keyof KelisimChoice)[]} */ (Object.keys(NOTHING));

/**
 * React compares what it is given by identity: the last choice, for as long as it is the same.
 * @type {Readonly<KelisimChoice>}
 */
let last = NOTHING;
const snapshot = () => {
  const next = choice();
  if (CATEGORIES.some((name) => next[name] !== last[name])) last = next;
  return last;
};

/** @type {Module["useConsent"]} */
export const useConsent = () => useSyncExternalStore(onConsent, snapshot, () => NOTHING);

/** @type {Module["Consent"]} */
export const Consent = ({ category, service, fallback = null, children }) => {
  const isAllowed = useSyncExternalStore(
    onConsent,
    () => allows(category, service),
    () => false,
  );
  return isAllowed ? children : fallback;
};
