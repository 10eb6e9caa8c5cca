/** One banner a window: a page in a frame is asked for by the page around it, or not at all. */

/**
 * Finds out who asks in this window.
 * @returns {Promise<{mayAsk: boolean, outer?: any}>} `outer` is the nearest window around this one
 *   whose banner asks for it too; in a frame of another site nobody asks
 */
export const findOuter = async () => {
  /** @type {any} */
  let frame = window;
  let mayAsk = true;
  while (frame !== frame.parent) {
    frame = frame.parent;
    try {
      // The page around may load its script after that of the frame.
      if (!frame.kelisimEmbedded && frame.document.readyState !== "complete")
        await new Promise((resolve) => frame.addEventListener("load", resolve));
      if (frame.kelisimEmbedded) return { mayAsk: false, outer: frame };
    } catch {
      // Of another origin.
      mayAsk = false;
    }
  }
  return { mayAsk };
};
