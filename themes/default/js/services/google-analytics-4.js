/** Google Analytics 4. Its script is asked for only when analytics is granted. */
import { gtag, loadGtag, signal } from "../consent-mode.js";
import { page } from "../vendor.js";

/** Google's own default is two years; CNIL's limit for measuring audiences is 13 months. */
const COOKIE_SECONDS = 395 * 24 * 60 * 60;

/** @type {import("../vendor.js").Load} */
export const load = (id, granted, choice) => {
  const flag = `ga-disable-${id}`;
  const isLoaded = flag in page;
  if (!granted && !isLoaded) return;
  page[flag] = !granted;
  signal(choice);
  if (isLoaded) return;
  gtag("js", new Date());
  gtag("config", id, { cookie_expires: COOKIE_SECONDS });
  loadGtag(id);
};
