// The pages of docs/integrations/ show the files of the apps that were tried, and say of the others
// that they were not.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const DOCS = fileURLToPath(new URL("../../docs/integrations/", import.meta.url));
const APPS = fileURLToPath(new URL("./", import.meta.url));
/** A file's name, which leads to it, and what the page shows of it. */
const SHOWN = /^\[`([^`]+)`\]\(([^)]+)\)\n\n```\w+\n([\s\S]*?)^```$/gm;
const BLOCK = /^ *```\w+\n/gm;
/** The tag, as HTML and in a configuration. */
const TAG = /https:\/\/policies\.shop\.kz\/embed\.js/;
const LINK = /https:\/\/policies\.shop\.kz\/en\/choices\/" data-choices="open"/;

const index = await readFile(path.join(DOCS, "README.md"), "utf8");
const pages = [...index.matchAll(/^\| \[[^\]]+\]\((\S+)\) \| (yes|no) \|/gm)];

test("the index names every page", async () => {
  const described = pages.map(([, name]) => name);
  assert.deepEqual(
    [...described, "README.md", "from-other-tools.md"].sort(),
    [...new Set([...(await readdir(DOCS)), "from-other-tools.md"])].sort(),
  );
});

for (const [, name, isTried] of pages) {
  test(`${name} shows ${isTried === "yes" ? "the files of an app" : "that it was not tried"}`, async () => {
    const text = await readFile(path.join(DOCS, name), "utf8");
    const shown = [...text.matchAll(SHOWN)];
    for (const [, title, address, code] of shown) {
      assert.ok(address.endsWith(title), `${address} is not ${title}`);
      const file = await readFile(path.join(DOCS, address), "utf8");
      assert.ok(`\n${file}`.includes(`\n${code}`), `${name} shows other lines than ${address} has`);
    }
    const code = shown.map(([, , , code]) => code).join("");
    if (isTried === "yes") {
      assert.equal(text.match(BLOCK)?.length, shown.length, "every block is of a file");
      assert.match(code, TAG);
      assert.match(code, LINK);
      const [, test] = text.match(/\]\((\.\.\/\.\.\/tests\/integrations\/\S+\.mjs)\)/) ?? [];
      assert.ok((await readFile(path.join(DOCS, test), "utf8")).includes("ntegration("));
    } else {
      assert.match(text, /^Not tried: written after \[[^\]]+\]\(https:\/\/\S+\) of /m);
      assert.match(text, TAG);
      assert.ok(name === "gtm.md" || LINK.test(text));
    }
  });
}

/** What is installed for an app, by name. @param {string} file */
const versions = async (file) => {
  const { dependencies, devDependencies } = JSON.parse(await readFile(file, "utf8"));
  return { ...devDependencies, ...dependencies };
};

test("every version is exact, and the pages name those that are tried", async () => {
  const folders = (await readdir(APPS, { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  );
  /** @type {Record<string, string>} */
  const all = await versions(path.join(APPS, "../../package.json"));
  const tried = [all["@hotwired/turbo"], all["htmx.org"], all["htmx-2"].split("@")[1], all.react];
  for (const { name } of folders) {
    const own = await versions(path.join(APPS, name, "package.json")).catch(() => ({}));
    for (const [dependency, version] of Object.entries(own)) {
      assert.match(String(version), /^\d+\.\d+\.\d+$/, `${name}: ${dependency}`);
      if (["react", "next", "nuxt", "vue", "@sveltejs/kit", "svelte", "astro"].includes(dependency))
        tried.push(String(version));
    }
  }
  const text = (
    await Promise.all(pages.map(([, name]) => readFile(path.join(DOCS, name), "utf8")))
  ).join();
  for (const version of tried) assert.ok(text.includes(` ${version}`), `no page says ${version}`);
});
