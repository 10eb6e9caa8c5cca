/**
 * The press that the server has not answered yet: noted in the browser, so that every page of the
 * origin stops at once what it refuses.
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

/** Name of the note. */
export const NOTE = "kelisim_press";

/** @returns {PendingSubmission | undefined} */
export const read = () => {
  try {
    return JSON.parse(String(localStorage.getItem(NOTE)));
  } catch {
    // The browser keeps nothing for this page, or the note is somebody else's.
    return undefined;
  }
};

/** What a press refuses. @param {Submission | undefined} words @returns {Choice} */
export const refusals = (words) =>
  choose((name) => {
    const { action, choice } = words ?? { action: "allow" };
    return action === "custom"
      ? choice?.[name] === false
      : action !== "accept_all" && action !== "allow";
  });
