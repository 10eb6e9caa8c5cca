/** The press that the server has not answered yet: noted in the browser, so that every page of the origin stops at once what it refuses. */
import { choose } from "./choice.js";
/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {{revision?: string, locale?: string, surface?: string, action?: string, choice?: Partial<Choice>}} Words what is pressed, `choice` of what was asked; without an action consent is withdrawn */
/** @typedef {{id: string, words: Words, seen: string}} Press `id` tells the server a repetition; `seen` is the cookie at that time */

/** Name of the note. */
export const NOTE = "kelisim_press";

/** @returns {Press | undefined} */
export const noted = () => {
  try {
    return JSON.parse(String(localStorage.getItem(NOTE)));
  } catch {
    // The browser keeps nothing for this page, or the note is somebody else's.
    return undefined;
  }
};

/** What a press refuses. @param {Words | undefined} words @returns {Choice} */
export const refusal = (words) =>
  choose((name) => {
    const { action, choice } = words ?? { action: "allow" };
    return action === "custom"
      ? choice?.[name] === false
      : action !== "accept_all" && action !== "allow";
  });
