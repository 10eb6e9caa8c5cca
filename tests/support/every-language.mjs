// A site in every language that the theme speaks to visitors.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse, stringify } from "smol-toml";
import { startServer } from "./server.mjs";
import { builder, withoutRegimes } from "./site.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const words = path.join(root, "themes/default/strings/visitor");

/** The theme's words for visitors in one language. @param {string} locale */
export const visitorStrings = async (locale) =>
  /** @type {any} */ (parse(await readFile(path.join(words, `${locale}.toml`), "utf8")));

/** Codes of all languages that have such words. */
export const EVERY_LANGUAGE = (await readdir(words)).map((name) => path.parse(name).name).sort();

/**
 * Texts that exist in some languages exist in all of them: in English, where there is none.
 * @param {unknown} value
 * @param {string[]} locales
 * @returns {unknown}
 */
const inAll = (value, locales) => {
  if (Array.isArray(value)) return value.map((one) => inAll(one, locales));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, inAll(one, locales)]);
  const copy = Object.fromEntries(entries);
  if (!("en" in copy)) return copy;
  return Object.fromEntries(locales.map((code) => [code, copy[code] ?? copy.en]));
};

/** A short policy in the theme's own words. @param {string} locale */
const policy = async (locale) => {
  const { index, consent, choices } = await visitorStrings(locale);
  return `+++
title = ${JSON.stringify(index.title)}
published = 2026-01-01
+++

## 1. ${choices.title}

1.1. ${index.lead.replaceAll("{host}", "{{ site.host }}")}

1.2. ${index.choices}

## 2. ${consent.kz.short}

2.1. ${choices.lead}
`;
};

/**
 * Starts the server with `cap.kz` in other languages, and without its overrides of the default
 * regime. Its policies are short ones.
 * @param {string[]} locales
 * @param {Record<string, unknown>} [settings] further ones of `site.toml`
 */
export const startServerIn = async (locales, settings = {}) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-languages-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const from = path.join(root, "content/cap.kz");
    const to = path.join(folder, "content/cap.kz");
    await mkdir(to, { recursive: true });
    const [facts, register] = await Promise.all(
      ["site", "services"].map((name) => readFile(path.join(from, `${name}.toml`), "utf8")),
    );
    const site = /** @type {any} */ (inAll(parse(withoutRegimes(facts)), locales));
    Object.assign(site, { locales, policies: ["cookies"], ...settings });
    await writeFile(path.join(to, "site.toml"), stringify(site));
    await writeFile(
      path.join(to, "services.toml"),
      stringify(/** @type {any} */ (inAll(parse(register), locales))),
    );
    for (const locale of locales) {
      await mkdir(path.join(to, locale, "cookies"), { recursive: true });
      await writeFile(path.join(to, locale, "cookies/2026-01-01.md"), await policy(locale));
    }
    const out = path.join(folder, "dist");
    await promisify(execFile)(builder(), [
      ...["build", "--site", "cap.kz", "--content", path.dirname(to)],
      ...["--themes", path.join(root, "themes"), "--out", out],
    ]);
    const server = await startServer({ dist: path.join(out, "cap.kz") });
    const { stop } = server;
    return Object.assign(server, {
      stop: async () => {
        await stop();
        await remove();
      },
    });
  } catch (error) {
    await remove();
    throw error;
  }
};

/** Starts it in every language. */
export const startServerInEveryLanguage = () => startServerIn(EVERY_LANGUAGE);

/** Starts it with texts in English alone, and a banner in every language. */
export const startServerWithBannerInEveryLanguage = () =>
  startServerIn(["en"], { banner_locales: "all" });
