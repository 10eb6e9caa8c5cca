/**
 * Google Tag Manager. The container is requested only when one of its categories is granted; the
 * tags in it receive Google's seven signals, and the event `kelisim` after each change, so that a
 * tag that was refused at first can run once it is allowed.
 */
import { signal, withId } from "../google.js";
import { loader, page, release, remove, request } from "../vendor.js";

const ORIGIN = "https://www.googletagmanager.com";

/** What begins each container. @type {Map<string, object>} */
const begins = new Map();
/** The choice that the tags know of, as JSON. */
let known = "";

/** @param {import("../vendor.js").Settings} settings */
const address = ({ id, options }) => withId(options?.script ?? `${ORIGIN}/gtm.js`, id);

/** @type {import("../vendor.js").Step} */
const tell = (_, choice) => {
  signal(choice);
  const before = known;
  known = JSON.stringify(choice);
  if (known !== before) page.dataLayer.push({ event: "kelisim", kelisim: { ...choice } });
};

export const load = loader({
  start: (settings, choice) => {
    signal(choice);
    known = JSON.stringify(choice);
    const begin = { "gtm.start": Date.now(), event: "gtm.js" };
    begins.set(settings.id, begin);
    page.dataLayer.push(begin);
    request(address(settings), settings, [ORIGIN]);
  },
  stop: (settings, choice) => {
    signal(choice);
    // No event: a tag that listens for one must not run now.
    known = "";
    if (!release(address(settings), settings)) return false;
    if (!page.google_tag_manager) remove(page.dataLayer, begins.get(settings.id));
    return true;
  },
  resume: tell,
  change: tell,
});
