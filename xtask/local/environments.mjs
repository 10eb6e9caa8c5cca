// Reads from `wrangler.toml` which site each environment serves.

import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * The name of the environment of each site; that of the top level is "".
 * @param {string} [text] of `wrangler.toml`
 * @returns {Map<string, string>}
 */
export const environments = (text = readFileSync(path.join(ROOT, "wrangler.toml"), "utf8")) => {
  const sites = new Map();
  let table = "";
  for (const line of text.split("\n")) {
    table = /^\[+([^\]]+)\]+/.exec(line)?.[1] ?? table;
    const site = /^SITE\s*=\s*"([^"]+)"/.exec(line)?.[1];
    const named = /^(?:env\.([\w-]+)\.)?vars$/.exec(table);
    if (site && named) sites.set(site, named[1] ?? "");
  }
  return sites;
};

/**
 * The environment of a site.
 * @param {string} site
 * @returns {string}
 */
export const environmentOf = (site) => {
  const known = environments();
  const name = known.get(site);
  if (name === undefined)
    throw new Error(
      `wrangler.toml has no environment for ${site}, only for ${[...known.keys()].join(", ")}`,
    );
  return name;
};
