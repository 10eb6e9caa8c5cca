// Waits for a condition that no event announces.

import { setTimeout as pause } from "node:timers/promises";

const INTERVAL_MS = 20;
/**
 * Far more than a busy machine needs; a condition that never holds ends in an error that names it.
 */
const LIMIT_MS = 60_000;

/**
 * @template T
 * @param {() => T | Promise<T>} condition
 * @param {string | (() => string)} what did not happen, for the error
 * @returns {Promise<NonNullable<T>>} the condition's first value that is true
 */
export const until = async (condition, what) => {
  for (let turns = LIMIT_MS / INTERVAL_MS; turns > 0; turns -= 1) {
    const value = await condition();
    if (value) return value;
    await pause(INTERVAL_MS);
  }
  throw new Error(typeof what === "string" ? what : what());
};
