// A register with one service of every kind that has a loader, and sites built from it.

import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { builder } from "./site.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * @typedef {object} Service
 * @property {string} kind
 * @property {string} [id] its kind if not given
 * @property {"essential" | "analytics" | "marketing"} category
 * @property {string} tag
 * @property {[string, number, string?][]} cookies name, days, the vendor's domain
 * @property {string} [lines] more lines of TOML
 */

/** One service of every kind. @type {Service[]} */
export const SERVICES = [
  {
    kind: "google-analytics-4",
    category: "analytics",
    tag: "G-TEST1",
    cookies: [
      ["_ga", 395],
      ["_ga_*", 395],
    ],
  },
  {
    kind: "google-ads",
    category: "marketing",
    tag: "AW-123456789",
    // `own` is a cookie of the vendor's domain with the name of a cookie that the site itself uses.
    cookies: [
      ["_gcl_au", 90],
      ["IDE", 395, "doubleclick.net"],
      ["own", 90, "doubleclick.net"],
    ],
  },
  { kind: "google-tag-manager", category: "marketing", tag: "GTM-TEST2", cookies: [] },
  {
    kind: "yandex-metrica",
    category: "analytics",
    tag: "12345678",
    cookies: [
      ["_ym_uid", 365],
      ["_ym_d", 365],
      ["_ym_*", 365],
    ],
  },
  {
    kind: "meta-pixel",
    category: "marketing",
    tag: "1234567890",
    cookies: [
      ["_fbp", 90],
      ["fr", 90, "facebook.com"],
    ],
  },
  {
    kind: "microsoft-uet",
    category: "marketing",
    tag: "87654321",
    cookies: [
      ["_uetsid", 1],
      ["_uetvid", 390],
    ],
  },
  {
    kind: "microsoft-clarity",
    category: "analytics",
    tag: "abcdef1234",
    cookies: [
      ["_clck", 365],
      ["_clsk", 1],
    ],
  },
  {
    kind: "script",
    category: "marketing",
    tag: "https://cdn.partner.example/tag.js?site=1",
    cookies: [["partner_*", 30]],
    lines:
      'hosts = { script = ["https://static.partner.example"], connect = ["https://collect.partner.example"] }',
  },
  {
    kind: "pixel",
    category: "marketing",
    tag: "https://pixel.partner.example/view.gif?id=1&page=policies",
    cookies: [],
  },
  {
    kind: "iframe",
    category: "marketing",
    tag: "https://frame.partner.example/sync?id=1",
    cookies: [],
  },
];

const words = '{ kk = "сынақ", ru = "проверка", en = "test" }';

/** @param {Service} service */
const toml = ({ kind, id = kind, category, tag, cookies, lines = "" }) => `
[[service]]
id = "${id}"
kind = "${kind}"
name = "${kind}"
category = "${category}"
tag = "${tag}"
provider = "Vendor"
country = "US"
transfer = "scc"
privacy_url = "https://vendor.example/privacy"
data = ${words}
purpose = ${words}
${lines}
${cookies.length > 0 ? "" : 'cookies = "none"'}
${cookies
  .map(
    ([name, days, domain]) =>
      `[[service.cookie]]\nname = "${name}"\ndays = ${days}\npurpose = ${words}\n${domain ? `domain = "${domain}"\n` : ""}`,
  )
  .join("")}`;

const RECORD = `
[[service]]
id = "consent-record"
kind = "consent-record"
name = "Kelisim"
category = "essential"
transfer = "none"
data = ${words}
purpose = ${words}
[[service.cookie]]
name = "kelisim_cc_cookie"
days = 400
purpose = ${words}
`;

/**
 * Builds the template's site with these services.
 * @param {Service[]} services
 * @param {(settings: string) => string} [change] of its `site.toml`
 * @returns {Promise<{dist: string, remove: () => Promise<void>}>} where the site is
 */
export const buildSite = async (services, change = (settings) => settings) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-services-"));
  await cp(path.join(root, "content"), path.join(folder, "content"), { recursive: true });
  await writeFile(
    path.join(folder, "content/_kz/services.toml"),
    RECORD + services.map(toml).join(""),
  );
  const settings = path.join(folder, "content/_kz/site.toml");
  await writeFile(settings, change(await readFile(settings, "utf8")));
  const places = [
    "--content",
    path.join(folder, "content"),
    "--themes",
    path.join(root, "themes"),
    "--out",
    path.join(folder, "dist"),
  ];
  await promisify(execFile)(builder(), ["build", "--site", "_kz", ...places]);
  return {
    dist: path.join(folder, "dist/_kz"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
