// The builder, the worker and the theme are three things: a site in a theme that shares no line
// with the default one works as well.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startServer } from "./support/server.mjs";
import { builder } from "./support/site.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const SITE = "cap.kz";

/** @type {string} */
let folder;
before(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "kelisim-theme-"));
  cpSync(path.join(ROOT, "content"), path.join(folder, "content"), { recursive: true });
  cpSync(path.join(ROOT, "tests/themes"), path.join(folder, "themes"), { recursive: true });
  const settings = path.join(folder, "content", SITE, "site.toml");
  writeFileSync(
    settings,
    readFileSync(settings, "utf8").replace('theme = "default"', 'theme = "plain"'),
  );
});
after(() => rmSync(folder, { recursive: true, force: true }));

const build = () =>
  spawnSync(builder(), ["build", "--site", SITE], { cwd: folder, encoding: "utf8" });

/** @returns {[string, string][]} every page with its text */
const pages = () => {
  const dist = path.join(folder, "dist", SITE);
  const names = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".html"),
  );
  return names.map((name) => [name, readFileSync(path.join(dist, name), "utf8")]);
};

test("a real site is built with it, every policy in every language", () => {
  const { status, stderr } = build();
  assert.equal(status, 0, stderr);
  for (const locale of ["kk", "ru", "en"]) {
    for (const policy of ["privacy", "personal-data", "cookies"]) {
      const text = readFileSync(
        path.join(folder, "dist", SITE, locale, policy, "index.html"),
        "utf8",
      );
      assert.match(text, /id="c-1-1"/, "clauses keep their addresses");
    }
  }
});

test("its pages are valid, and nothing of the default theme is in them", () => {
  const words = [
    "--config",
    path.join(ROOT, ".htmlvalidate.mjs"),
    "--ext",
    "html",
    path.join(folder, "dist"),
  ];
  const { status, stdout } = spawnSync(
    process.execPath,
    [path.join(ROOT, "node_modules/html-validate/bin/html-validate.mjs"), ...words],
    { cwd: ROOT, encoding: "utf8" },
  );
  assert.equal(status, 0, stdout);
  const css = readdirSync(path.join(ROOT, "themes/default/css")).map((name) =>
    readFileSync(path.join(ROOT, "themes/default/css", name), "utf8"),
  );
  const foreign = new Set(
    css
      .join("\n")
      .match(/\.(?:cm|cover|dock|masthead|footer|toc|choices|edition)__[\w-]+/g)
      ?.map((name) => name.slice(1)),
  );
  assert.ok(foreign.size > 20);
  for (const [name, text] of pages()) {
    assert.ok(!text.includes("cc-main"), name);
    for (const [, classes] of text.matchAll(/class="([^"]*)"/g))
      for (const word of classes.split(" ")) assert.ok(!foreign.has(word), `${name}: ${word}`);
  }
});

test("a visitor refuses and withdraws through its forms, and the log proves what they saw", async () => {
  const secrets = {
    CONSENT_KEYS: `1:${"a".repeat(64)}`,
    RECEIPT_KEYS: `1:${"b".repeat(64)}`,
    ADMIN_TOKEN: "c".repeat(64),
  };
  const server = await startServer({ site: SITE, dist: path.join(folder, "dist", SITE), secrets });
  try {
    const origin = server.origin();
    const page = await (await fetch(`${origin}/ru/choices/`)).text();
    const [, form] =
      /<form method="post" action="\/api\/consent">([\s\S]*?)<\/form>/.exec(page) ?? [];
    const fields = new URLSearchParams(
      [...(form ?? "").matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
        ([, name, value]) => [name, value],
      ),
    );
    fields.set("action", "reject_all");
    const headers = {
      origin,
      "sec-fetch-site": "same-origin",
      "content-type": "application/x-www-form-urlencoded",
      "MF-CF-Blob": '{"country":"DE"}',
    };
    const answer = await fetch(`${origin}/api/consent`, {
      method: "POST",
      body: fields,
      headers,
      redirect: "manual",
    });
    assert.deepEqual([answer.status, answer.headers.get("location")], [303, "/ru/choices/#saved"]);
    const cookie = (answer.headers.getSetCookie()[0] ?? "").split(";")[0];
    assert.match(cookie, /^kelisim_cc_cookie=/);

    const withdrawn = await fetch(`${origin}/api/consent/withdraw`, {
      method: "POST",
      headers: { ...headers, cookie },
      redirect: "manual",
    });
    assert.equal(withdrawn.status, 303);
    const exported = await (
      await fetch(`${origin}/api/consent/export`, {
        headers: { authorization: `Bearer ${secrets.ADMIN_TOKEN}` },
      })
    ).text();
    const [, ...lines] = exported.trim().split("\n");
    const records = lines.map((line) => JSON.parse(line));
    assert.deepEqual(
      records.map(({ action }) => action),
      ["reject_all", "withdraw"],
    );
    const shown = readFileSync(
      path.join(folder, "dist", SITE, "archive", `${records[0].text}.txt`),
      "utf8",
    );
    assert.ok(
      page.includes(shown),
      "the text of the record is the form of the page, byte for byte",
    );
  } finally {
    await server.stop();
  }
});

test("a variable or a string that isn't there is an error with its place", () => {
  const file = path.join(folder, "themes/plain/templates/index.html");
  const good = readFileSync(file, "utf8");
  for (const [wrong, told] of [
    ["{{ polices }}", "polices"],
    ["{{ t.index.titel }}", "titel"],
    ["{{ site.hots }}", "hots"],
  ]) {
    writeFileSync(file, good.replace("<h1>{{ t.index.title }}</h1>", `<h1>${wrong}</h1>`));
    const { status, stderr } = build();
    assert.equal(status, 1);
    assert.match(
      stderr,
      new RegExp(
        `error\\[template\\]: undefined value.*${told}[\\s\\S]*themes/plain/templates/index\\.html:3:\\d`,
      ),
      stderr,
    );
  }
  writeFileSync(file, good);
});
