/** Google Analytics 4. Its script is requested only when its category is granted. */
import { cancel, configure, signal } from "../google.js";
import { loader, page } from "../vendor.js";

/** Origins from which its script loads further scripts. */
const FURTHER = ["https://www.googletagmanager.com"];
const DAY = 24 * 60 * 60;

/**
 * Google's own switch: nothing is sent for the id while it is on.
 * @type {(id: string, isOff: boolean) => void}
 */
const setDisabled = (id, isOff) => (page[`ga-disable-${id}`] = isOff);

export const load = loader({
  start: (settings, choice) => {
    const { id, days } = settings;
    setDisabled(id, false);
    signal(choice);
    // Google's default is two years; the table of cookies names the period that is set here.
    configure(settings, FURTHER, days === undefined ? {} : { cookie_expires: days * DAY });
  },
  stop: (settings, choice) => {
    setDisabled(settings.id, true);
    signal(choice);
    return cancel(settings);
  },
  resume: ({ id }, choice) => {
    setDisabled(id, false);
    signal(choice);
  },
  change: (_, choice) => signal(choice),
});
