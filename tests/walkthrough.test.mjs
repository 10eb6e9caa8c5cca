// The operator's path from nothing to an answered auditor, in a clean folder, with a release
// archive and the commands that the documents give. docs/walkthrough.md tells the same steps.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { banner, launch, newVisitor, waitForDecision } from "./support/browser.mjs";
import { copyProject } from "./support/project-copy.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const HOST = "shop.example.kz";
const SECRETS = {
  CONSENT_KEYS: `1:${"d".repeat(64)}`,
  RECEIPT_KEYS: `1:${"e".repeat(64)}`,
  ADMIN_TOKEN: "f".repeat(64),
};
const DAY = 86_400_000;

/** @param {number} days from now */
const day = (days) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

/** @type {string} */
let scratch;
/** @type {Awaited<ReturnType<typeof copyProject>>} */
let project;
/** @type {import("../xtask/local/server.mjs").Server} */
let server;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof newVisitor>>["context"]} the same visitor all the way */
let context;

before(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), "kelisim-walk-"));
  const archive = path.join(scratch, "release.tar.gz");
  execFileSync("cargo", ["xtask", "package", "--profile", "dev", "--out", archive], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
  });
  project = await copyProject(archive);
  browser = await launch();
  ({ context } = await newVisitor(browser));
  // No vendor is to be had here, and none is needed to choose.
  await context.route(/^https:/, (route) => route.abort());
});
after(async () => {
  await context?.close();
  await browser?.close();
  await server?.stop();
  await project?.remove();
  await rm(scratch, { recursive: true, force: true });
});

/** @param {string[]} words */
const run = (...words) => {
  const { status, stdout, stderr } = spawnSync(
    path.join(project.folder, "prebuilt/site-builder"),
    words,
    { cwd: project.folder, encoding: "utf8" },
  );
  assert.equal(status, 0, `site-builder ${words.join(" ")}\n${stderr}${stdout}`);
  return stdout + stderr;
};

/** @param {string} where @param {Record<string, string>} [headers] */
const office = (where, headers = { authorization: `Bearer ${SECRETS.ADMIN_TOKEN}` }) =>
  fetch(`${server.origin()}${where}`, { headers });

/** Records of the log, verified by the program of the release. */
const verified = async () => {
  const text = await (await office("/api/consent/export")).text();
  await writeFile(path.join(project.folder, "log.ndjson"), text);
  await writeFile(
    path.join(project.folder, "policy.txt"),
    await (await fetch(`${server.origin()}/log/policy`)).text(),
  );
  assert.match(run("verify", "log.ndjson", "--policy", "policy.txt", "--site", HOST), /verified/);
  const [, ...records] = text.trim().split("\n");
  return records.map((line) => JSON.parse(line));
};

const editions = () =>
  ["kk", "ru", "en"].map((locale) => path.join(project.folder, "content", HOST, locale, "privacy"));
const revision = async () =>
  JSON.parse(await readFile(path.join(project.folder, "dist", HOST, "manifest.json"), "utf8"))
    .revision;

/** Opens the policy as the visitor from Germany. */
const visit = async () => {
  const page = await context.newPage();
  await page.goto(`${server.origin("DE")}/ru/privacy/`);
  await waitForDecision(page);
  return page;
};

test("a new site is made, edited and built", async () => {
  const facts = [
    "--country",
    "KZ",
    "--registration",
    "bin=250440000004",
    "--phone",
    "+77000000000",
    "--email",
    "privacy@example.kz",
    "--address",
    "kk=Алматы, 1",
    "--address",
    "ru=Алматы, 1",
    "--address",
    "en=1, Almaty",
  ];
  const told = run(
    "new",
    HOST,
    "--yes",
    "--name",
    "«Пример»",
    "--name-lang",
    "ru",
    "--service",
    "google-analytics-4=G-ABC123",
    ...facts,
  );
  assert.match(told, /What to do next/);
  for (const folder of editions()) {
    const [name] = await readdir(folder);
    assert.equal(name, `${day(0)}.md`);
    const file = path.join(folder, name);
    const text = await readFile(file, "utf8");
    await writeFile(
      file,
      text.replace(/^3\.1\. .*$/m, (line) => `${line.slice(0, -1)} (GDPR):`),
    );
  }
  run("archive", "--site", HOST);
  const built = run("build", "--site", HOST, "--deny", "warnings");
  assert.match(built, /files/);
  const page = await readFile(
    path.join(project.folder, "dist", HOST, "en/privacy/index.html"),
    "utf8",
  );
  assert.ok(page.includes("(GDPR):"), "the edit is on the page");
});

test("it is served from its own environment, and asks a visitor from Germany once", async () => {
  const local = await import(
    pathToFileURL(path.join(project.folder, "xtask/local/server.mjs")).href
  );
  server = await local.startServer({ site: HOST, secrets: SECRETS });
  const page = await visit();
  await banner(page).dialog.waitFor();
  const answered = page.waitForResponse(
    (response) => response.url().endsWith("/api/consent") && response.request().method() === "POST",
  );
  await banner(page).accept.click();
  assert.equal((await answered).status(), 201);
  await page.close();
  const again = await visit();
  assert.equal(await banner(again).dialog.isVisible(), false);
  await again.close();
});

test("the statistics count the choice, and the export is verified", async () => {
  const stats = await (await office("/api/consent/stats")).json();
  assert.deepEqual([stats.site, stats.events, stats.actions.accept_all], [HOST, 1, 1]);
  const [record] = await verified();
  assert.deepEqual(
    [record.site, record.country, record.regime, record.locale, record.revision],
    [HOST, "DE", "opt_in", "ru", await revision()],
  );
  run("verify", "log.ndjson", "--policy", "policy.txt", "--site-folder", `dist/${HOST}`);
});

test("a new edition asks nobody again, and going back to the old one loses no record", async () => {
  const before = await revision();
  for (const folder of editions()) {
    const text = await readFile(path.join(folder, `${day(0)}.md`), "utf8");
    const changed = text
      .replace("(GDPR):", "(GDPR, ePrivacy):")
      .replace(/^summary = .*$/m, 'summary = "3.1."');
    await writeFile(path.join(folder, `${day(1)}.md`), changed);
  }
  const tomorrow = ["--site", HOST, "--today", day(1)];
  run("archive", ...tomorrow);
  run("build", ...tomorrow, "--deny", "warnings");
  assert.notEqual(await revision(), before);
  await server.restart();
  const page = await visit();
  await waitForDecision(page);
  assert.ok(await banner(page).dialog.isHidden(), "other words ask nobody");
  assert.ok((await page.textContent("main"))?.includes("(GDPR, ePrivacy):"));
  await banner(page).reopen.click();
  await banner(page).reject.click();
  await page.waitForFunction(() => /\.07[0-2]\./.test(document.cookie));
  await page.close();

  run("build", "--site", HOST);
  await server.restart();
  assert.equal(await revision(), before);
  assert.deepEqual(
    (await verified()).map(({ action }) => action),
    ["accept_all", "reject_all"],
  );
  run("build", ...tomorrow);
  await server.restart();
});

test("a withdrawal is a record of its own, and after the retention everything is gone", async () => {
  const page = await context.newPage();
  await page.goto(`${server.origin("DE")}/ru/choices/`);
  await waitForDecision(page);
  const form = page.locator('form[action="/api/consent/withdraw"]');
  await Promise.all([
    page.waitForResponse(
      (response) =>
        /\/api\/consent(\/withdraw)?$/.test(response.url()) &&
        response.request().method() !== "GET",
    ),
    form.getByRole("button").click(),
  ]);
  await page.waitForLoadState();
  await page.close();
  assert.deepEqual(
    (await verified()).map(({ action }) => action),
    ["accept_all", "reject_all", "withdraw"],
  );

  const night = new URLSearchParams({
    time: String(Date.now() + 1096 * DAY),
    cron: "17 * * * *",
    format: "json",
  });
  assert.equal((await fetch(`${server.origin()}/cdn-cgi/handler/scheduled?${night}`)).status, 200);
  assert.deepEqual(await verified(), []);
  const trail = (await (await office("/api/consent/audit")).text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(trail.find(({ action }) => action === "purge")?.detail.records, 3);
});
