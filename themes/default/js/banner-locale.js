/** Which of the site's languages the banner and what belongs to it are in. */
import { chooseLocale } from "./locale.js";

/** The language of the page as it is now, else the reader's. @param {typeof SITE} site @returns {EmbeddedLocale} */
export const bannerLocale = ({ locales, fallback, texts, rtl }) => {
  const wanted = [document.documentElement.lang, ...navigator.languages];
  const code = chooseLocale(wanted, locales, fallback);
  return {
    code,
    dir: rtl?.includes(code) ? "rtl" : "ltr",
    banner: `${texts}${code}.txt`,
    hold: `${texts}${code}.words.txt`,
  };
};
