/**
 * Microsoft Advertising, Universal Event Tracking. Its consent signal is queued as denied, then as
 * granted, before its script is loaded
 * (https://learn.microsoft.com/advertising/msa-help/hlp_ba_proc_uet_consent_mode).
 */
import { loader, page, release, request, word } from "../vendor.js";

const ORIGIN = "https://bat.bing.com";
const SCRIPT = `${ORIGIN}/bat.js`;
/** Whether the queue begins with the signals. */
let isQueued = false;

/** @param {"default" | "update"} command @param {boolean} isGranted */
const signal = (command, isGranted) => ["consent", command, { ad_storage: word(isGranted) }];

export const load = loader({
  start: (settings) => {
    page.uetq ??= [];
    if (!isQueued) page.uetq.unshift(...signal("default", false), ...signal("update", true));
    isQueued = true;
    request(SCRIPT, settings, [ORIGIN]).script.onload = () => {
      page.uetq = new page.UET({ ti: settings.id, ...settings.options, q: page.uetq });
      page.uetq.push("pageLoad");
    };
  },
  stop: (settings) => {
    // What is queued stays: no script reads it before the category is granted again.
    if (release(SCRIPT, settings)) return true;
    page.uetq.push(...signal("update", false));
  },
  resume: () => page.uetq.push(...signal("update", true)),
});
