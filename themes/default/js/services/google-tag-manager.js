/**
 * Google Tag Manager. The container is requested only when its category is granted; the tags in it
 * receive Google's seven signals, and the event `kelisim` after each change, so that a tag that was
 * refused at first can run once it is allowed.
 */
import { signal } from "../consent-mode.js";
import { loader, loadScript, page } from "../vendor.js";

/** @typedef {import("../choice.js").Choice} Choice */

const ORIGIN = "https://www.googletagmanager.com";

/** @param {unknown} _ @param {Choice} choice */
const tell = (_, choice) => {
  if (signal(choice)) page.dataLayer.push({ event: "kelisim", kelisim: { ...choice } });
};

export const load = loader({
  start: ({ id, scripts = [] }, choice) => {
    signal(choice);
    page.dataLayer.push({ "gtm.start": Date.now(), event: "gtm.js" });
    loadScript(`${ORIGIN}/gtm.js?id=${encodeURIComponent(id)}`, [ORIGIN, ...scripts]);
  },
  // No event: a tag that listens for one must not run now.
  stop: (_, choice) => void signal(choice),
  resume: tell,
  change: tell,
});
