// What the theme promises before any browser opens it: fresh assets, few bytes, whole strings,
// harmless names.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";
import { assets, bannerStyle, dialogStyle, stale } from "../../themes/default/bundle.mjs";
import { buildWith } from "../support/site.mjs";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "../..");
const theme = path.join(root, "themes/default");
const LOCALES = ["kk", "ru", "en"];
/**
 * The most bytes, compressed, that a visitor of cap.kz waits for: until the banner is seen, on a
 * page of the site after an answer, and in each part that is loaded when it is needed.
 */
const BUDGET = { seen: 8500, answered: 5120, part: 8192 };

/** @param {string} text */
const weight = (text) =>
  brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    },
  }).length;

/** All files below a folder. @param {string} folder @returns {Promise<string[]>} */
const walk = async (folder) => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
};

test("the committed assets are what the sources make", async () => {
  assert.deepEqual(await stale(await assets()), [], "run `node themes/default/bundle.mjs`");
});

test("the second layer uses only tokens that the first one brings", async () => {
  const [first, second] = await Promise.all([bannerStyle(), dialogStyle()]);
  const used = [...second.matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name);
  assert.ok(used.length > 3);
  for (const name of used)
    assert.ok(first.includes(`${name}:`) || name.startsWith("--kelisim-"), name);
});

test("the types of the script hold", async () => {
  const compiler = path.join(root, "node_modules/typescript/bin/tsc");
  await promisify(execFile)(process.execPath, [compiler, "-p", path.join(theme, "js")]).catch(
    ({ stdout }) => assert.fail(stdout),
  );
});

/**
 * Holds the weights of a built site to the budget. Returns its languages.
 * @param {string} dist
 */
const holdBudget = async (dist) => {
  const entry = await readFile(path.join(dist, "embed.js"), "utf8");
  const data = JSON.parse(/\}\)\((\{.*\})\);\n$/s.exec(entry)?.[1] ?? "null");
  /** @param {string} address */
  const weigh = async (address) => weight(await readFile(path.join(dist, address), "utf8"));
  const [script, core, question] = await Promise.all(
    ["/embed.js", data.parts.page, data.parts.question].map(weigh),
  );
  console.log(`after an answer: ${script} + core ${core} = ${script + core} bytes (brotli)`);
  assert.ok(script + core <= BUDGET.answered, `${script + core} bytes`);
  const codes = data.locales.split(",").map((/** @type {string} */ one) => one.split(" ")[0]);
  for (const code of codes) {
    const markup = await weigh(`${data.texts}${code}.txt`);
    const sum = script + question + markup;
    console.log(
      `${code}, until seen: ${script} + question with style ${question} + markup ${markup} = ${sum} bytes (brotli)`,
    );
    assert.ok(sum <= BUDGET.seen, `${code}: ${sum} bytes`);
  }
  return codes;
};

test("the banner weighs less than 8.5 kB until it is seen, and less than 5 kB on a page of the site after an answer", async () => {
  const codes = await holdBudget(path.join(root, "dist/cap.kz"));
  assert.deepEqual(codes.sort(), [...LOCALES].sort());
});

test("it weighs no more on a site that asks in every language of the theme", async () => {
  const all = (/** @type {string} */ text) =>
    text.replace(/^locales = .*$/m, '$&\nbanner_locales = "all"');
  const site = await buildWith({ "site.toml": all });
  try {
    const codes = await holdBudget(site.dist);
    const words = await readdir(path.join(theme, "strings/visitor"));
    assert.deepEqual(codes.sort(), words.map((name) => name.replace(".toml", "")).sort());
    assert.ok(codes.length >= 36, String(codes));
  } finally {
    await site.remove();
  }
});

test("each part of the script that is loaded when it is needed weighs less than 8 kB", async () => {
  const names = (await readdir(path.join(theme, "assets"))).filter(
    (name) => name.endsWith(".js") && name !== "admin.js",
  );
  assert.ok(names.length > 8);
  for (const name of names) {
    const bytes = weight(await readFile(path.join(theme, "assets", name), "utf8"));
    console.log(`${name}: ${bytes} bytes (brotli)`);
    assert.ok(bytes <= BUDGET.part, `${name}: ${bytes} bytes`);
  }
});

test("a site with essential cookies only asks nothing and says so", async () => {
  for (const locale of LOCALES) {
    const { essential, home, choices } = {
      essential: JSON.parse(
        await readFile(path.join(root, "dist/smartustaz.kz/manifest.json"), "utf8"),
      ).categories,
      home: await readFile(path.join(root, `dist/smartustaz.kz/${locale}/index.html`), "utf8"),
      choices: await readFile(
        path.join(root, `dist/smartustaz.kz/${locale}/choices/index.html`),
        "utf8",
      ),
    };
    assert.deepEqual(essential, ["essential"], "this test needs such a site");
    assert.doesNotMatch(home, /cc-main|<script src/);
    assert.ok(
      choices.includes(/** @type {string} */ ((await strings(locale)).get("choices.nothing"))),
    );
    assert.doesNotMatch(choices, /accept_all/);
  }
});

test("a loader of a service, and each module that loaders share, weighs less than 1 kB", async () => {
  const folder = path.join(theme, "assets/services");
  for (const name of (await readdir(folder)).sort()) {
    const bytes = weight(await readFile(path.join(folder, name), "utf8"));
    console.log(`${name}: ${bytes} bytes (brotli)`);
    assert.ok(bytes <= 1000, `${name}: ${bytes} bytes`);
  }
});

test("the style follows its rules: no `!important`, no id selector, no physical side, each file one component", async () => {
  for (const file of await walk(path.join(theme, "css"))) {
    const text = (await readFile(file, "utf8")).replace(/\/\*[\s\S]*?\*\//g, "");
    const name = path.basename(file);
    // In the shadow root of a placeholder nothing else prevails over the page.
    const rules = name === "hold.css" ? text.replace(/:host \{[^}]*\}/, "") : text;
    assert.doesNotMatch(rules, /!important/, name);
    assert.doesNotMatch(text, /#[a-z][\w-]*[^;{}]*\{/i, name);
    assert.doesNotMatch(
      text,
      // The cut-outs of a screen are where they are in any direction of writing.
      /(?<!safe-area-)(?:margin|padding|border|inset)-(?:left|right|top|bottom)\b|text-align: (?:left|right)/,
      name,
    );
    assert.doesNotMatch(text, /url\(/, `${name} loads something`);
  }
});

test("the script names no sink that Trusted Types guard, and keeps nothing in the browser but the note of the last press", async () => {
  for (const file of await walk(path.join(theme, "js"))) {
    const text = await readFile(file, "utf8");
    assert.doesNotMatch(
      text,
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/,
      file,
    );
    // What refused services have left behind is deleted there, in every kind of storage.
    if (path.basename(file) === "cleanup.js") {
      assert.doesNotMatch(text, /setItem|\.(?:open|put|add|addAll)\(/, file);
      continue;
    }
    assert.doesNotMatch(text, /sessionStorage|indexedDB|caches\./, file);
    const keys = [...text.matchAll(/localStorage\.\w+\((\w+)/g)].map(([, key]) => key);
    assert.equal(text.match(/localStorage/g)?.length ?? 0, keys.length, file);
    assert.deepEqual(
      keys.filter((key) => key !== "NOTE"),
      [],
      file,
    );
  }
});

// From EasyList Cookie, the parts that concern a site of policies; see the README of the theme.
const HIDDEN_ID =
  /^(?:cookie|cookies|gdpr|consent|privacy)(?:[-_]|$)|(?:cookie|consent)[-_]?(?:policy|statement|terms|usage|declaration|information|legal|settings|warning|notice|banner|content|law|bar|message|panel)/i;
const BLOCKED_ADDRESS =
  /cookie-?(?:consent|policy|notice)[./]|consent[-/.]?manage|\/gdpr[/-]|privacy-policy\.(?:js|css)|terms_of_service\.js/i;

test("no id, class or asset of a page has a name that filter lists hide or block", async () => {
  const pages = (await walk(path.join(root, "dist"))).filter((file) => file.endsWith(".html"));
  assert.ok(pages.length > 20);
  for (const file of pages) {
    const page = await readFile(file, "utf8");
    for (const [, value] of page.matchAll(/\s(?:id|class)="([^"]*)"/g)) {
      for (const name of value.split(" ")) assert.doesNotMatch(name, HIDDEN_ID, file);
    }
    for (const [, address] of page.matchAll(
      /<(?:link|script)\b[^>]*\s(?:href|src)="(\/assets\/[^"]*)"/g,
    )) {
      assert.doesNotMatch(address, BLOCKED_ADDRESS, file);
      assert.doesNotMatch(address, /cookie|consent/, file);
    }
  }
});

/** Dotted keys and texts of a locale's strings, of visitors and of the operator's page. @param {string} locale */
const strings = async (locale) => {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const folder of ["visitor", "admin"]) {
    let table = "";
    for (const line of (
      await readFile(path.join(theme, `strings/${folder}/${locale}.toml`), "utf8")
    ).split("\n")) {
      table = /^\[(.+)\]$/.exec(line)?.[1] ?? table;
      const pair = /^(\w+) = "(.*)"$/.exec(line);
      if (pair) found.set(`${table}.${pair[1]}`, pair[2]);
    }
  }
  assert.ok(found.size > 100, locale);
  return found;
};

test("every language has the same strings with the same gaps", async () => {
  const [first, ...others] = await Promise.all(LOCALES.map(strings));
  const gaps = (/** @type {string | undefined} */ text) => (text?.match(/\{\w+\}/g) ?? []).sort();
  for (const other of others) {
    const plain = (/** @type {Map<string, string>} */ all) =>
      [...all.keys()].filter((key) => !key.startsWith("plural.")).sort();
    assert.deepEqual(plain(other), plain(first));
    for (const key of plain(first))
      assert.deepEqual(gaps(other.get(key)), gaps(first.get(key)), key);
  }
});

test("every string is used", async () => {
  /** @param {string[]} folders */
  const textOf = async (...folders) =>
    (
      await Promise.all(
        (await Promise.all(folders.map(walk))).flat().map((file) => readFile(file, "utf8")),
      )
    ).join("\n");
  const text = await textOf(path.join(theme, "templates"), path.join(root, "site-builder/src"));
  const script = await textOf(path.join(theme, "js/admin"));
  // Looked up by a computed key.
  const computed =
    /^(?:register\.storage|transfer|category|plural|changes\.kind|admin\.(?:by|part|field|deed|detail))\.|^changes\.(?:current|past|future)$|^admin\.words\.(?:like|opt_in|opt_out|notice|banner|choices|placeholder|verdict_\w+)$|^(?:language|index|choices|not_found|admin)\.title$/;
  const isUsed = (/** @type {string} */ key) => {
    const [table, , word] = key.split(".");
    if (key.startsWith("admin.words.")) return script.includes(`"${word}"`);
    // Of the law that the operator's registration names.
    if (table === "consent")
      return (
        text.includes(`law.${word}`) || text.includes(`t.consent[operator.consent_law].${word}`)
      );
    return text.includes(key);
  };
  const unused = [...(await strings("en")).keys()].filter(
    (key) => !computed.test(key) && !isUsed(key),
  );
  assert.deepEqual(unused, []);
});

test("the banner neither flatters nor threatens", async () => {
  const steering =
    /sorry|please accept|best experience|enjoy|improve your experience|жаль|пожалуйста, примите|лучший опыт|өкініш|қабылдаңыз|жақсы тәжірибе/i;
  for (const locale of LOCALES) {
    for (const [key, text] of await strings(locale)) {
      if (/^(?:banner|category|choices)\./.test(key))
        assert.doesNotMatch(text, steering, `${locale} ${key}`);
    }
  }
});
