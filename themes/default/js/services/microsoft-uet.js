/**
 * Microsoft Advertising, Universal Event Tracking. Its consent signal is queued as denied, then as
 * granted, before its script is loaded.
 */
import { loader, loadScript, page, word } from "../vendor.js";

const ORIGIN = "https://bat.bing.com";

/** @param {"default" | "update"} command @param {boolean} isGranted */
const tell = (command, isGranted) =>
  page.uetq.push("consent", command, { ad_storage: word(isGranted) });

const begin = () => {
  tell("default", false);
  tell("update", true);
};

export const load = loader({
  start: ({ id, scripts = [] }) => {
    page.uetq ??= [];
    begin();
    loadScript(`${ORIGIN}/bat.js`, [ORIGIN, ...scripts]).onload = () => {
      // A withdrawal has emptied the queue, so nothing is started.
      if (page.uetq.length === 0) return;
      page.uetq = new page.UET({ ti: id, q: page.uetq });
      page.uetq.push("pageLoad");
    };
  },
  stop: () => {
    if (Array.isArray(page.uetq)) page.uetq.length = 0;
    else tell("update", false);
  },
  resume: () => {
    if (Array.isArray(page.uetq)) begin();
    else tell("update", true);
  },
});
