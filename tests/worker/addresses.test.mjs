// Addresses that policies and editions had before lead to today's, in the real runtime.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startServer } from "../support/server.mjs";
import { builder } from "../support/site.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LOCALES = ["kk", "ru", "en"];

/** @type {string} */
let folder;
/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-addresses-"));
  await cp(path.join(ROOT, "content"), path.join(folder, "content"), { recursive: true });
  const site = path.join(folder, "content/cap.kz");
  const run = (/** @type {string} */ command, /** @type {string} */ today) => {
    const words = ["--site", "cap.kz", "--today", today, "--themes", path.join(ROOT, "themes")];
    execFileSync(builder(), [command, ...words], { cwd: folder, stdio: "pipe" });
  };
  const edition = (/** @type {string} */ locale, /** @type {string} */ day) =>
    path.join(site, locale, "privacy", `${day}.md`);
  for (const locale of LOCALES)
    await cp(edition(locale, "2026-11-20"), edition(locale, "2030-01-01"));
  run("archive", "2029-12-01");

  for (const locale of LOCALES) {
    const text = await readFile(edition(locale, "2030-01-01"), "utf8");
    await rm(edition(locale, "2030-01-01"));
    await writeFile(
      edition(locale, "2030-03-01"),
      text.replace("+++\n", "+++\nannounced = [2030-01-01]\n"),
    );
    await rename(path.join(site, locale, "privacy"), path.join(site, locale, "confidentiality"));
  }
  const settings = await readFile(path.join(site, "site.toml"), "utf8");
  const renamed = settings.replace('["privacy", ', '["confidentiality", ');
  const history = '\n[policy.confidentiality]\nformer = ["privacy"]\n';
  await writeFile(path.join(site, "site.toml"), renamed + history);
  run("build", "2029-12-02");
  server = await startServer({ dist: path.join(folder, "dist/cap.kz") });
});
after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

for (const [from, to] of [
  ["/privacy", "/kk/confidentiality/"],
  ["/privacy/", "/kk/confidentiality/"],
  ["/ru/privacy", "/ru/confidentiality/"],
  ["/ru/privacy/", "/ru/confidentiality/"],
  ["/en/privacy/changes/", "/en/confidentiality/changes/"],
  ["/en/privacy/2026-11-20/", "/en/confidentiality/2026-11-20/"],
  ["/en/privacy/2030-01-01/", "/en/confidentiality/2030-03-01/"],
  ["/kk/confidentiality/2030-01-01", "/kk/confidentiality/2030-03-01/"],
])
  test(`${from} leads to ${to}`, async () => {
    let address = new URL(from, server.origin());
    for (let steps = 0; steps < 5; steps += 1) {
      const response = await fetch(address, { redirect: "manual" });
      const location = response.headers.get("location");
      await response.arrayBuffer();
      if (!location) {
        assert.equal(response.status, 200);
        break;
      }
      // A browser keeps the fragment because no rule has one.
      assert.ok(!location.includes("#"), location);
      address = new URL(location, address);
    }
    assert.equal(address.pathname, to);
  });
