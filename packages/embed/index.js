import { NOTHING } from "./nothing.js";

/** @typedef {typeof import("./index.js")} Module */

/** The page's script, in a browser and once it has run. */
const kelisim = () => (typeof window === "undefined" ? undefined : window.kelisim);

/** @type {Module["load"]} */
export const load = ({ src, ...attributes }) => {
  if (typeof document === "undefined") return;
  const { href } = new URL(src, location.href);
  if (kelisim() || [...document.scripts].some((script) => script.src === href)) return;
  const script = document.createElement("script");
  script.src = href;
  script.async = true;
  Object.assign(script.dataset, attributes);
  document.head.append(script);
};

/** @type {Module["choice"]} */
export const choice = () => kelisim()?.choice() ?? NOTHING;

/** @type {Module["allows"]} */
export const allows = (category, service) => kelisim()?.allows(category, service) ?? false;

/** @type {Module["open"]} */
export const open = async () => (await kelisim()?.open()) ?? false;

/** @type {Module["onConsent"]} */
export const onConsent = (listener) => {
  if (typeof document === "undefined") return () => {};
  const tell = () => listener(choice());
  document.addEventListener("consent:change", tell);
  if (kelisim()) tell();
  return () => document.removeEventListener("consent:change", tell);
};
