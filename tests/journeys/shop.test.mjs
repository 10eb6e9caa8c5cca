// A shop in Germany: terms that the lawyer wrote in two columns, a shop that React 18 renders on the
// server and hydrates, a choice of some services, and the receipt of it.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { banner, choice, NONE } from "../support/browser.mjs";
import { saved } from "../support/embedded-page.mjs";
import { beginJourney, document, TODAY } from "../support/journey.mjs";

const POLICIES = "muster.de";
const SHOP = "https://shop.muster.de";
/** Words that belong to the law of another country. */
const FOREIGN = /\bBIN\b|\bKZ\b|Қазақстан|Kasachstan|Kazakhstan|94-V/;

/** Bundles a part of the shop. @param {string} name @param {"browser" | "node"} platform @param {string} folder */
const bundle = (name, platform, folder) =>
  esbuild.build({
    entryPoints: [fileURLToPath(new URL(`shop/${name}.jsx`, import.meta.url))],
    outfile: path.join(folder, `${name}.cjs`),
    bundle: true,
    platform,
    format: platform === "node" ? "cjs" : "iife",
    jsx: "automatic",
    alias: {
      "@kelisim/embed/react": fileURLToPath(
        new URL("../../packages/embed/react.js", import.meta.url),
      ),
    },
    define: { "process.env.NODE_ENV": '"production"' },
    write: platform === "node",
  });

/** @type {import("../support/journey.mjs").Journey} */
let journey;
/** @type {string} */
let folder;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-shop-"));
  await bundle("server", "node", folder);
  const { render } = createRequire(import.meta.url)(path.join(folder, "server.cjs"));
  const script = (await bundle("client", "browser", folder)).outputFiles?.[0].text ?? "";
  journey = await beginJourney(POLICIES, {
    visitor: { country: "DE", isEUCountry: "1" },
    page: (host, path) => {
      if (host === "counter.example") return { script: "window.counted = true;" };
      if (host === "video.example" || host === "map.example")
        return "<!doctype html><title>Video</title><h1>Video</h1>";
      if (host !== new URL(SHOP).host) return undefined;
      return path === "/client.js" ? { script } : render(path);
    },
  });
});
after(async () => {
  await journey?.stop();
  await rm(folder, { recursive: true });
});

test("the site is made with the law of its country alone, and both languages of the terms", async () => {
  const said = journey.run(
    "new",
    POLICIES,
    "--yes",
    ...["--country", "DE", "--languages", "de,en"],
    ...["--name", "Muster GmbH"],
    ...["--registration", "commercial-register=HRB 12345, Amtsgericht Charlottenburg"],
    ...["--phone", "+49 30 1234567", "--email", "datenschutz@muster.de"],
    ...["--address", "de=Musterstraße 1, 10115 Berlin"],
    ...["--address", "en=Musterstraße 1, 10115 Berlin, Germany"],
    ...["--subdivision", "DE-BE"],
    ...["--service", "google-analytics-4=G-ABC1234567"],
  );
  assert.match(said, /What to do next/);
  await journey.edit("site.toml", (text) =>
    text
      .replace(/^policies = \[(.*)\]/m, 'policies = [$1, "agb"]')
      .replace(
        /^host = .*$/m,
        (line) => `${line}\ncookie_domain = "muster.de"\norigins = ["${SHOP}"]`,
      )
      .replace("\n[operator]\n", '\n[brand]\naccent = "#7a1f5c"\n\n[operator]\n'),
  );
  const imported = journey.program("site-builder", [
    "import",
    document("tests/journeys/documents/agb.html"),
    ...["--site", POLICIES, "--policy", "agb", "--split", "de,en", "--date", TODAY],
  ]);
  // What stands around the document is left to decide: the menu and the footer of its page.
  assert.equal(imported.status, 3, imported.said);
  assert.match(imported.said, /^builds\n/);
  await journey.publish();
  for (const [name, page] of await journey.pages()) assert.doesNotMatch(page, FOREIGN, name);
  const privacy = await journey.built("de/privacy");
  assert.match(privacy, /Berliner Beauftragte für Datenschutz und Informationsfreiheit/);
});

test("a visitor from Germany allows counting alone, watches one video, and takes it back", async () => {
  const { context, faults } = await journey.visitor({ locale: "de-DE" });
  const page = await context.newPage();
  await page.goto(`${SHOP}/video`);
  await banner(page).dialog.waitFor();
  await page.getByRole("link", { name: "Laden" }).click();
  const basket = page.locator("#basket");
  await basket.click();
  await page.getByText("Im Warenkorb: 1").waitFor();
  await page.getByRole("link", { name: "Video" }).click();
  await page.getByRole("heading", { name: "So wird es gemacht" }).waitFor();
  const foreign = () =>
    journey.hosts().asked.filter(({ host }) => host.endsWith(".example") || /google/.test(host));
  assert.deepEqual(foreign(), []);

  await banner(page).unfold();
  await banner(page).box("analytics").check();
  await banner(page).save.click();
  await saved(page);
  assert.deepEqual(await choice(page), { ...NONE, analytics: true });
  await page.waitForFunction(() => "counted" in window);
  assert.deepEqual(
    foreign().filter(({ host }) => /video|map/.test(host)),
    [],
  );

  await page.getByRole("link", { name: "Cookie-Einstellungen" }).click();
  await banner(page).save.waitFor();
  const file = await journey.receipt(page);
  const record = await journey.proven(file);
  assert.deepEqual(
    [record.site, record.country, record.regime, record.locale, record.action],
    [POLICIES, "DE", "opt_in", "de", "custom"],
  );
  assert.deepEqual(record.choice, { analytics: true, functional: false, marketing: false });

  await Promise.all([page.waitForEvent("load"), banner(page).reject.click()]);
  await saved(page);
  assert.deepEqual(await choice(page), NONE);
  assert.equal(await page.evaluate(() => "counted" in window), false);
  assert.deepEqual(faults(), []);
  await context.close();
});
