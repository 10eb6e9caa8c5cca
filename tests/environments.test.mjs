// What Cloudflare would be told of every environment, as wrangler itself reads it: of those that
// are there, and of one that `site-builder new` adds, to this file or to one that says nothing.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { unstable_readConfig as readConfig } from "wrangler";
import { environments } from "../xtask/local/environments.mjs";
import { builder } from "./support/site.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const FACTS = [
  ...[
    "--name=«Пример»",
    "--name-lang=ru",
    "--country=KZ",
    "--registration=bin=250440000004",
    "--phone=+77000000000",
    "--email=privacy@example.kz",
    "--dpo-email=dpo@example.kz",
  ],
  ...["--address=en=1 Ulgi Street, Almaty", "--date=2026-12-01", "--languages=en"],
];

/** @type {string} */
let folder;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-environments-"));
  for (const part of ["content", "themes"])
    await cp(path.join(ROOT, part), path.join(folder, part), { recursive: true });
});
after(() => rm(folder, { recursive: true, force: true }));

/**
 * Every environment of a `wrangler.toml` is held to what the documents promise.
 * @param {string} config
 * @returns {Promise<string[]>} their sites
 */
const check = async (config) => {
  const all = environments(await readFile(config, "utf8"));
  for (const [site, env] of all) {
    const { workers_dev, preview_urls, observability, vars } = readConfig(
      { config, env },
      { hideWarnings: true },
    );
    assert.equal(vars.SITE, site);
    assert.equal(workers_dev, false, `${site} would have an address of workers.dev`);
    assert.equal(preview_urls, false, `every version of ${site} would have an address`);
    assert.deepEqual(
      { ...observability, logs: { ...observability?.logs } },
      { enabled: true, logs: { enabled: true, invocation_logs: false } },
      site,
    );
  }
  return [...all.keys()];
};

/**
 * @param {string} host
 * @param {string} wrangler text of the file before; "" for none, and then the file gets what is
 *   printed
 */
const add = async (host, wrangler) => {
  const config = path.join(folder, "wrangler.toml");
  await rm(config, { force: true });
  if (wrangler !== "") await writeFile(config, wrangler);
  const { status, stdout, stderr } = spawnSync(builder(), ["new", host, ...FACTS], {
    cwd: folder,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  if (wrangler === "")
    await writeFile(
      config,
      /begins like this:\n\n([\s\S]*?)\n\nWhat to do/.exec(stdout + stderr)?.[1] ?? "",
    );
  return config;
};

test("no site answers anywhere but on its own host, and no log holds what a visitor's call says", async () => {
  assert.ok((await check(path.join(ROOT, "wrangler.toml"))).length > 1);
});

test("nor does a new site", async () => {
  const text = await readFile(path.join(ROOT, "wrangler.toml"), "utf8");
  assert.ok((await check(await add("one.example", text))).includes("one.example"));
});

test("nor does a new site beside one that has these addresses and logs, which stays as it is", async () => {
  const text = await readFile(path.join(ROOT, "wrangler.toml"), "utf8");
  const open = text
    .replace("workers_dev = false", "workers_dev = true")
    .replace(/^preview_urls = false\n/m, "")
    .replace("invocation_logs = false", "invocation_logs = true");
  const config = await add("two.example", open);
  const { workers_dev, observability } = readConfig({ config, env: "" }, { hideWarnings: true });
  assert.deepEqual([workers_dev, observability?.logs?.invocation_logs], [true, true]);
  const two = readConfig({ config, env: "two" }, { hideWarnings: true });
  assert.deepEqual(
    [two.workers_dev, two.preview_urls, two.observability?.logs?.invocation_logs],
    [false, false, false],
  );
});

test("nor does a new site where there is no file yet", async () => {
  assert.deepEqual(await check(await add("three.example", "")), ["three.example"]);
});
