/**
 * Yandex Metrica. It supports no consent signals: its script is loaded when its category is
 * granted, and its counter switched off when not.
 */
import { command, loader, page, release, remove, request } from "../vendor.js";

const SCRIPT = "https://mc.yandex.ru/metrika/tag.js";
/** Origins from which its script loads further scripts. */
const ORIGINS = ["https://mc.yandex.ru", "https://mc.yandex.com", "https://yastatic.net"];

/**
 * Options of a counter (https://yandex.com/support/metrica/en/code/counter-initialize). Session
 * Replay and the click map record more than visits, so the register has to ask for them.
 */
const DEFAULTS = { accurateTrackBounce: true, clickmap: false, trackLinks: true, webvisor: false };

/** Commands in the queue by the counter that they begin. @type {Map<string, unknown>} */
const queued = new Map();

/**
 * Metrica's own switch, which it reads when a counter begins.
 * @type {(id: string, isOff: boolean) => void}
 */
const setDisabled = (id, isOff) => (page[`disableYaCounter${id}`] = isOff);

/** @type {import("../vendor.js").Step} */
const start = (settings) => {
  const { id, options } = settings;
  setDisabled(id, false);
  page.ym ??= function () {
    // biome-ignore lint/complexity/noArguments: the vendor checks the type
    // biome-ignore lint/suspicious/noAssignInExpressions: the vendor's own form
    (page.ym.a ??= []).push(arguments);
  };
  const init = command(Number(id), "init", { ...DEFAULTS, ...options });
  if (request(SCRIPT, settings, ORIGINS).hasRun) page.ym(...init);
  else {
    page.ym.l ??= Date.now();
    page.ym.a ??= [];
    // Before the page's commands, which need a counter.
    page.ym.a.unshift(init);
    queued.set(id, init);
  }
};

export const load = loader({
  start,
  stop: (settings) => {
    const { id } = settings;
    setDisabled(id, true);
    if (release(SCRIPT, settings)) {
      remove(page.ym.a, queued.get(id));
      return true;
    }
    page.ym(Number(id), "destruct");
  },
  resume: start,
});
