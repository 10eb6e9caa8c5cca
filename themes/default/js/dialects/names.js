/**
 * What other consent tools call categories and services, and what that is here. A site adds to it by
 * `data-map="social=marketing non-necessary=analytics,marketing"` on the script's tag; see
 * docs/integrations/from-other-tools.md.
 */

/** Names of each category in lower case, as the tools' documentations use them. */
const KNOWN = {
  essential: "essential necessary required strictly-necessary strictly_necessary",
  functional:
    "functional functionality preference preferences personalisation personalization personalized",
  analytics: "analytic analytics performance measurement statistic statistics stats",
  marketing: "ad ads advertisement advertisements advertising marketing targeting",
};

/** @typedef {{id: string, category: string, name?: string, hosts?: string[]}} Service */

/** Messages that the console has shown. @type {Set<string>} */
const told = new Set();

/** Says once on the console what is wrong and what helps. @param {string} message */
export const complain = (message) => {
  if (told.has(message)) return;
  told.add(message);
  console.error(`kelisim: ${message}`);
};

/** The site's own names, as its tag gives them. @returns {Map<string, string[]>} */
const mapped = () => {
  const text = /** @type {HTMLElement | null} */ (document.querySelector("script[data-map]"))
    ?.dataset.map;
  const pairs = (text?.trim().split(/\s+/) ?? []).flatMap((pair) => {
    const at = pair.lastIndexOf("=");
    const categories = pair.slice(at + 1).split(",");
    if (at > 0 && categories.every((category) => category in KNOWN))
      return /** @type {[string, string[]][]} */ ([[pair.slice(0, at).toLowerCase(), categories]]);
    complain(`data-map: ${pair} must be a name, = and ${Object.keys(KNOWN).join(", ")}`);
    return [];
  });
  return new Map(pairs);
};

/**
 * The categories of a name, most often one.
 * @param {string} name
 * @returns {string[] | undefined} undefined if neither we nor the site know the name
 */
export const categoriesOf = (name) => {
  const key = name.toLowerCase();
  const own = mapped().get(key);
  if (own) return own;
  const found = Object.entries(KNOWN).find(([, names]) => names.split(" ").includes(key));
  return found && [found[0]];
};

/**
 * The categories of several names.
 * @param {string[]} names
 * @returns {string[] | undefined} undefined if one is not known, which the console says
 */
export const categoriesOfAll = (names) => {
  const found = names.map(categoriesOf);
  if (found.length === 0) {
    complain("an element that waits names no category, so it is held");
    return undefined;
  }
  const at = found.indexOf(undefined);
  if (at < 0) return [...new Set(/** @type {string[][]} */ (found).flat())];
  complain(
    `"${names[at]}" is no category here, so what needs it is held; write data-map="${names[at]}=…" ` +
      `(${Object.keys(KNOWN).join(", ")}) on the tag of embed.js`,
  );
  return undefined;
};

/** @param {string} host */
const belongsTo =
  (host) =>
  /** @param {string} name a host, or `*.` and a host for all below it */
  (name) =>
    name === host || (name.startsWith("*.") && host.endsWith(name.slice(1)));

/** A name without what people write differently. @param {string} [text] */
const bare = (text) => text?.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/**
 * The service of the register that has this id or name, without regard to case, spaces and dashes;
 * else the one to which the address's host belongs.
 * @template {Service} Kind
 * @param {Kind[]} services
 * @param {string} name
 * @param {string} [address]
 * @returns {Kind | undefined}
 */
export const findService = (services, name, address = "") => {
  const key = bare(name);
  // A link parses an address without throwing.
  const { host } = Object.assign(document.createElement("a"), { href: address });
  return (
    services.find((own) => key && [own.id, own.name].some((text) => bare(text) === key)) ??
    services.find((own) => address && own.hosts?.some(belongsTo(host)))
  );
};

/**
 * The categories of a service that another tool names: those of the register's service, else those
 * that the site or the tool's own settings give.
 * @param {Service[]} services
 * @param {string} name
 * @param {string} [address] of what it loads
 * @param {string[]} [further] names by which it may be known instead, of purposes or kinds
 * @returns {{needed: string[], service?: string} | undefined} undefined if it is not known
 */
export const resolve = (services, name, address, further = []) => {
  const service = findService(services, name, address);
  if (service) return { needed: [service.category], service: service.id };
  const own = categoriesOf(name);
  if (own) return { needed: own };
  const needed = further.map(categoriesOf);
  return needed.length > 0 && !needed.includes(undefined)
    ? { needed: [...new Set(/** @type {string[][]} */ (needed).flat())] }
    : undefined;
};

/** @param {string} name of a service that `resolve` doesn't know */
export const complainOfService = (name) =>
  complain(
    `"${name}" is no service of the register, so it is held; write data-map="${name}=…" ` +
      `(${Object.keys(KNOWN).join(", ")}) on the tag of embed.js, or add it to services.toml`,
  );

const page = /** @type {any} */ (window);

/**
 * Klaro's settings, in the page's variable of that name, or of the one that the tag names.
 * @returns {{services?: any[], apps?: any[], callback?: unknown} | undefined}
 */
export const klaroSettings = () => {
  const tag = document.querySelector("script[data-config],script[data-klaro-config]");
  const name = tag?.getAttribute("data-klaro-config") ?? tag?.getAttribute("data-config");
  return page[name ?? "klaroConfig"] ?? page.klaroConfig;
};

/** What Klaro's settings say a service is for. @param {string} name @returns {string[]} */
export const purposesOf = (name) => {
  const { services, apps } = klaroSettings() ?? {};
  const found = (services ?? apps ?? []).find((own) => own.name === name);
  return found?.required ? ["essential"] : (found?.purposes ?? []);
};
