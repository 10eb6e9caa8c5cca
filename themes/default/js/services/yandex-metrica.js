/**
 * Yandex Metrica. It supports no consent signals: its script is loaded when its category is
 * granted, and its counter switched off when not.
 */
import { loader, loadScript, page } from "../vendor.js";

const SCRIPT = "https://mc.yandex.ru/metrika/tag.js";
/** Origins from which its script loads further scripts. */
const ORIGINS = ["https://mc.yandex.ru", "https://mc.yandex.com", "https://yastatic.net"];

/**
 * Metrica's own switch, which it reads when a counter begins.
 * @type {(id: string, isOff: boolean) => void}
 */
const setDisabled = (id, isOff) => (page[`disableYaCounter${id}`] = isOff);

/** Session Replay and the click map stay off: they record more than visits. @param {string} id */
const init = (id) =>
  page.ym(Number(id), "init", {
    accurateTrackBounce: true,
    clickmap: false,
    trackLinks: true,
    webvisor: false,
  });

export const load = loader({
  start: ({ id, scripts = [] }) => {
    setDisabled(id, false);
    if (!page.ym) {
      page.ym = function () {
        // biome-ignore lint/complexity/noArguments: the vendor checks the type
        // biome-ignore lint/suspicious/noAssignInExpressions: the vendor's own form
        (page.ym.a ??= []).push(arguments);
      };
      page.ym.l = Date.now();
      loadScript(SCRIPT, [...ORIGINS, ...scripts]);
    }
    init(id);
  },
  stop: ({ id }) => {
    setDisabled(id, true);
    page.ym(Number(id), "destruct");
  },
  resume: ({ id }) => {
    setDisabled(id, false);
    init(id);
  },
});
