// Maps a local host name to the visitor that it simulates: `de.localhost`, `us-ca.localhost`,
// `gpc-us-ca.localhost`, `xx.localhost`. On Cloudflare's network the country comes with the request
// (`request.cf`) and nobody can choose it. Locally it arrives in the header `MF-CF-Blob`, which
// only the local runtime reads; production has neither that header nor these addresses.

/** Members of the European Union: what Cloudflare reports as `isEUCountry`. */
const EU = new Set(
  "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" "),
);

/** The visitor's country when the host name names none. */
export const DEFAULT_COUNTRY = "KZ";

/**
 * @typedef {object} Visitor
 * @property {string | null} country ISO code, `T1` for Tor, null when the network can't tell
 * @property {string} [region] ISO code of the region inside the country, as `CA`
 * @property {boolean} gpc whether the browser sends `Sec-GPC: 1`
 */

/**
 * The visitor that a `Host` header names.
 * @param {string | undefined} host
 * @returns {Visitor}
 */
export const visitorOf = (host) =>
  visitorNamed(/^([a-z0-9-]+)\.localhost(?::\d+)?$/.exec((host ?? "").toLowerCase())?.[1] ?? "");

/**
 * The visitor of a label: `de`, `us-ca`, `gpc-us-ca`, `xx`.
 * @param {string} label
 * @returns {Visitor}
 */
export const visitorNamed = (label) => {
  const gpc = label === "gpc" || label.startsWith("gpc-");
  const place = /^([a-z][a-z0-9])(?:-([a-z0-9]{1,3}))?$/.exec(label.replace(/^gpc-?/, ""));
  const [, country = DEFAULT_COUNTRY, region] = place ?? [];
  return {
    country: country === "xx" ? null : country.toUpperCase(),
    ...(region && { region: region.toUpperCase() }),
    gpc,
  };
};

/**
 * The host name that shows the site as this visitor sees it.
 * @param {string} country `DE`, `US-CA`, `XX`, `T1`
 * @param {{ gpc?: boolean }} [options]
 * @returns {string}
 */
export const hostOf = (country, { gpc = false } = {}) =>
  `${gpc ? "gpc-" : ""}${country.toLowerCase()}.localhost`;

/**
 * The value of `MF-CF-Blob` for a visitor. All values are strings, as the network sends them.
 * @param {Visitor} visitor
 * @returns {Record<string, string | null>}
 */
export const cfOf = ({ country, region }) => ({
  country,
  ...(region && { regionCode: region }),
  ...(country && EU.has(country) && { isEUCountry: "1" }),
});
