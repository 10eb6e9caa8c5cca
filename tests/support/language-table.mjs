// The table of docs/languages.md: every language, and how much of a phone the first layer takes in it.

import { readFile, writeFile } from "node:fs/promises";
import { EVERY_LANGUAGE } from "./every-language.mjs";
import { look, PHONE, VISITORS, visitBanner } from "./first-layer.mjs";

const FILE = new URL("../../docs/languages.md", import.meta.url);
const BLOCK = /(<!-- first-layer -->\n\n)[\s\S]*?(\n\n<!-- \/first-layer -->)/;

/** Names of languages by their code, in a language. @param {string} locale @param {string} code */
const name = (locale, code) => new Intl.DisplayNames(locale, { type: "language" }).of(code);

/**
 * Measures all languages and writes the table.
 * @param {import("./fixture.mjs").Server} server of a site in every language
 * @param {import("playwright-core").Browser} browser
 */
export const writeLanguageTable = async (server, browser) => {
  const rows = [];
  for (const locale of EVERY_LANGUAGE) {
    const shares = [];
    for (const [from, gpc] of VISITORS) {
      const { dialog } = await visitBanner(look, { server, browser, locale, from, gpc });
      shares.push(`${Math.ceil((dialog.height / PHONE.viewport.height) * 100)} %`);
    }
    rows.push(
      `| \`${locale}\` | ${name("en", locale)} | ${name(locale, locale)} | ${shares.join(" | ")} |`,
    );
  }
  const heads = VISITORS.map(([, gpc, regime]) => `\`${regime}\`${gpc ? " with GPC" : ""}`);
  const table = [
    `| code | language | its own name | ${heads.join(" | ")} |`,
    `| --- | --- | --- |${" ---: |".repeat(heads.length)}`,
    ...rows,
  ].join("\n");
  const page = await readFile(FILE, "utf8");
  if (!BLOCK.test(page)) throw new Error("docs/languages.md has no place for the table");
  await writeFile(
    FILE,
    page.replace(BLOCK, (_, before, after) => before + table + after),
  );
};

/**
 * The table as it stands in the page.
 * @returns {Promise<{locale: string, shares: number[]}[]>}
 */
export const readLanguageTable = async () => {
  const [table] = BLOCK.exec(await readFile(FILE, "utf8")) ?? [""];
  return table
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => ({
      locale: line.split("`")[1],
      shares: [...line.matchAll(/(\d+) %/g)].map(([, share]) => Number(share)),
    }));
};
