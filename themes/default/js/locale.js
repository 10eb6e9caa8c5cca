/**
 * The language that a page is answered in: chosen from those that the site has texts in, and the
 * change from one to another while the banner is open.
 */

/**
 * A language tag without extensions, and with today's names of language and region (Unicode CLDR):
 * `iw` is `he`. What is no tag stays as it is.
 * @param {string} tag
 */
const canonical = (tag) => {
  const text = tag.replaceAll("_", "-");
  try {
    return new Intl.Locale(text).baseName;
  } catch {
    return text;
  }
};

/**
 * The locale of the first language that the site has, by lookup (RFC 4647, 3.4): a range that no
 * locale answers loses its last subtag until one does. Who has named only languages that the site
 * lacks gets the fallback, and who has named none the first locale.
 * @param {readonly string[]} wanted language tags, the most wanted first; empty ones name nothing
 * @param {string} locales see `SITE.locales`
 * @param {string} fallback
 */
export const chooseLocale = (wanted, locales, fallback) => {
  const answered = locales.split(",").map((ranges) => ranges.split(" "));
  for (const tag of wanted)
    for (let range = canonical(tag).toLowerCase(); range; range = range.replace(/-?[^-]*$/, "")) {
      const found = answered.find((ranges) => ranges.includes(range));
      if (found) return found[0];
    }
  return wanted.some(Boolean) ? fallback : answered[0][0];
};

/** What the visitor or a script has set, and not the language. */
const STATE = ["hidden", "checked", "disabled", "open", "style"];

/**
 * Gives an element the words of its counterpart in another language. Its nodes stay where both have
 * the same structure, and with them boxes that are ticked, parts that are unfolded, and the focus.
 * @param {Element} element
 * @param {Element} counterpart its children may be moved
 */
export const translate = (element, counterpart) => {
  for (const { name, value } of counterpart.attributes)
    if (!STATE.includes(name)) element.setAttribute(name, value);
  const own = [...element.childNodes];
  const others = [...counterpart.childNodes];
  const isSame =
    own.length === others.length && own.every((node, at) => node.nodeName === others[at].nodeName);
  if (!isSame) return element.replaceChildren(...others);
  own.forEach((node, at) => {
    if (node instanceof Element) translate(node, /** @type {Element} */ (others[at]));
    else if (node.nodeValue !== others[at].nodeValue) node.nodeValue = others[at].nodeValue;
  });
};
