/**
 * Meta Pixel. Consent is revoked before the pixel is initialised and granted after it, on every
 * page (https://developers.facebook.com/docs/meta-pixel/implementation/gdpr). A withdrawal also
 * limits the use of data, which is what Meta calls an opt-out in the United States; elsewhere it
 * has no effect.
 */
import { loader, page, release, remove, request } from "../vendor.js";

const ORIGIN = "https://connect.facebook.net";
const SCRIPT = `${ORIGIN}/en_US/fbevents.js`;

/** Commands in the queue by the pixel that they begin. @type {Map<string, unknown[]>} */
const queued = new Map();

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
  start: (settings) => {
    if (!page.fbq) createQueue();
    const commands = [
      ["consent", "revoke"],
      ["init", settings.id],
      ["consent", "grant"],
      ["trackSingle", settings.id, "PageView"],
    ];
    if (page.fbq.callMethod) for (const command of commands) page.fbq(...command);
    // Before the page's commands, which need a pixel.
    else page.fbq.queue.unshift(...commands);
    queued.set(settings.id, commands);
    request(SCRIPT, settings, [ORIGIN]);
  },
  stop: (settings) => {
    if (release(SCRIPT, settings)) {
      remove(page.fbq.queue, ...(queued.get(settings.id) ?? []));
      return true;
    }
    page.fbq("dataProcessingOptions", ["LDU"], 0, 0);
    page.fbq("consent", "revoke");
  },
  resume: () => {
    page.fbq("dataProcessingOptions", []);
    page.fbq("consent", "grant");
  },
});
