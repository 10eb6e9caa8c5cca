/**
 * The submission that the server has not answered yet. It is kept in the browser's storage, so that
 * every page of the origin stops at once what it refuses.
 */
import { choose } from "./choice.js";
/** @typedef {import("./choice.js").Choice} Choice */
/**
 * @typedef {{revision?: string, locale?: string, surface?: string, action?: string, choice?:
 *   Partial<Choice>}} Submission what is pressed, `choice` of what was asked; without an action
 *   consent is withdrawn
 */
/**
 * @typedef {{id: string, words: Submission, seen: string}} PendingSubmission `id` tells the server
 *   a repetition; `seen` is the cookie at that time
 */

/** Key in the browser's storage, and name of the lock. */
export const NOTE = "kelisim_press";

/** The submission that is kept. @returns {PendingSubmission | undefined} */
export const noted = () => {
  try {
    return JSON.parse(String(localStorage.getItem(NOTE)));
  } catch {
    // The page has no storage, or another script of the origin has written something else.
    return undefined;
  }
};

/**
 * The categories that a submission refuses.
 * @param {Submission | undefined} words
 * @returns {Choice}
 */
export const refusals = (words) =>
  choose((name) => {
    const { action, choice } = words ?? { action: "allow" };
    return action === "custom"
      ? choice?.[name] === false
      : action !== "accept_all" && action !== "allow";
  });
