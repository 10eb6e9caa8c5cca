/**
 * Meta Pixel. Consent is revoked before the pixel is initialised and granted after it, on every
 * page. A withdrawal also limits the use of data, which is what Meta calls an opt-out in the United
 * States; elsewhere it has no effect.
 */
import { loader, loadScript, page } from "../vendor.js";

const ORIGIN = "https://connect.facebook.net";

/** Meta's queue, until its script takes over. */
const createQueue = () => {
  /** @param {unknown[]} command */
  const fbq = (...command) => {
    if (fbq.callMethod) fbq.callMethod(...command);
    else fbq.queue.push(command);
  };
  /** @type {((...command: unknown[]) => void) | undefined} */
  fbq.callMethod = undefined;
  /** @type {unknown[][]} */
  fbq.queue = [];
  fbq.push = fbq;
  fbq.loaded = true;
  fbq.version = "2.0";
  page.fbq = page._fbq = fbq;
};

export const load = loader({
  start: ({ id, scripts = [] }) => {
    const isFirst = !page.fbq;
    if (isFirst) createQueue();
    page.fbq("consent", "revoke");
    page.fbq("init", id);
    page.fbq("consent", "grant");
    page.fbq("trackSingle", id, "PageView");
    if (isFirst) loadScript(`${ORIGIN}/en_US/fbevents.js`, [ORIGIN, ...scripts]);
  },
  stop: () => {
    // A script that is still loading finds an empty queue and sends nothing.
    if (!page.fbq.callMethod) page.fbq.queue.length = 0;
    page.fbq("dataProcessingOptions", ["LDU"], 0, 0);
    page.fbq("consent", "revoke");
  },
  resume: () => {
    page.fbq("dataProcessingOptions", []);
    page.fbq("consent", "grant");
  },
});
