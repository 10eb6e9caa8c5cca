/**
 * Our own markup of what waits for permission: `data-consent` names its categories, and its
 * addresses stand in `data-src`, `data-srcset`, `data-href` and `data-poster`, its text in a script
 * of the type `text/plain` or in a template. See docs/embedding.md.
 */
import { ADDRESSES, deferred, isScriptType } from "../release.js";
import { hasLooseContent, inheritedPermission, unfolding } from "../template.js";
import { tell } from "../tell.js";

/**
 * @typedef {object} Markup An element that waits for permission, as its dialect reads it. It is
 *   read anew when an attribute has changed: what is remembered of it stands elsewhere.
 * @property {HTMLElement | SVGElement} element it stays where it is, because a framework may own it
 * @property {string[]} needed its categories, by id (`functional`, `analytics`, `marketing`,
 *   `essential`); all of them must be granted. None: that of its service
 * @property {string} [service] id in the register of the service that the page names
 * @property {string} [label] its name for visitors
 * @property {string} [address] what it loads, by whose host its service is found
 * @property {string} [preview] address of a picture to show while it is held
 * @property {boolean} isFrame whether it is an `iframe`, in whose own document the box is drawn
 * @property {boolean} isShown whether visitors miss it, so that a box stands in its place
 * @property {boolean} isLasting whether only loading the page anew ends what it has started
 * @property {(isAllowed: () => boolean) => void} release lets it load or run. Called again, it loads
 *   nothing twice, but another address. `isAllowed` is asked before a script whose turn comes later
 * @property {() => void} hold takes it back as far as a page can; also called once before
 *   `release`, for the copy of an element that was released
 * @property {() => void} [leave] removes what stands beside it, when the page has removed it
 * @property {() => boolean} [isAllowed] allows it beside what its categories allow
 */
/**
 * @typedef {object} Dialect A way to mark what waits for permission.
 * @property {string} selector of its elements
 * @property {string[]} attributes those whose change lets the element be read anew
 * @property {(element: any) => Markup | undefined} read undefined: it doesn't wait after all
 */

/** What visitors miss, besides frames. */
const MEDIA = "video, audio, embed, object";

/** @param {string} [list] */
const words = (list) => list?.toLowerCase().match(/[^\s,]+/g) ?? [];

/** @param {HTMLTemplateElement} template @returns {Markup} */
const readTemplate = (template) => {
  const { consent, service, label, preview } = template.dataset;
  const frame = template.content.querySelector("iframe");
  if (hasLooseContent(template))
    tell(
      template,
      "error",
      'this template was filled by a script, so its content has loaded already: write <iframe data-consent="…" data-src="…"> or <script type="text/plain" data-consent="…"> instead',
    );
  return {
    element: template,
    needed: words(consent),
    service: service ?? frame?.dataset.service,
    label: label || frame?.title,
    address: frame?.getAttribute("src") ?? undefined,
    preview: preview ?? frame?.dataset.preview,
    isFrame: false,
    isShown: Boolean(frame || label),
    isLasting: false,
    ...unfolding(template),
  };
};

/** @type {Dialect} */
export const own = {
  selector: "[data-consent]",
  attributes: [
    ..."consent service label preview type".split(" ").map((name) => `data-${name}`),
    ...ADDRESSES.map((name) => `data-${name}`),
  ],
  read: (element) => {
    if (element.localName === "template") return readTemplate(element);
    /** @type {DOMStringMap} */
    const { consent, service, label, preview, type } = element.dataset;
    const addresses = Object.fromEntries(
      ADDRESSES.flatMap((name) => (name in element.dataset ? [[name, element.dataset[name]]] : [])),
    );
    const isScript = element.localName === "script";
    const isData = isScript && !isScriptType(element.type);
    // A script of another type does not load its own address either.
    if (isData && element.hasAttribute("src")) addresses.src ??= element.getAttribute("src");
    if (!Object.keys(addresses).length && !isData) {
      tell(
        element,
        "error",
        isScript
          ? 'this script has run already: write type="text/plain", and data-src instead of src'
          : "data-consent holds nothing back here: write data-src instead of src, data-href instead of href, or put it into <template data-consent>",
      );
      return undefined;
    }
    const isFrame = element.localName === "iframe";
    return {
      element,
      needed: words(consent),
      service,
      label: label || (isFrame && element.title) || undefined,
      address: addresses.src ?? addresses.href,
      preview,
      isFrame,
      isShown: Boolean(isFrame || label || element.matches(MEDIA)),
      isLasting: isScript,
      isAllowed: inheritedPermission(element),
      ...deferred(element, addresses, type),
    };
  },
};
