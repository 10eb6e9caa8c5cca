// A title of long words fits on a phone without a break within a word, in browsers that can't
// hyphenate its language too.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { launch, newVisitor } from "../support/browser.mjs";
import { startServer } from "../support/server.mjs";
import { builder } from "../support/site.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const DAY = "2026-01-02";

/** Titles by policy; the pack's own title of the privacy policy is the first. */
const TITLES = {
  privacy: "Datenschutzerklärung",
  cookies: "Henkilötietojenkäsittelyseloste ja evästeet",
};

/** @type {string} */
let folder;
/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;
/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-titles-"));
  const content = path.join(folder, "content");
  await cp(path.join(root, "content/_eu"), path.join(content, "_eu"), { recursive: true });
  const run = (/** @type {string[]} */ ...words) =>
    promisify(execFile)(builder(), [
      ...words,
      "--content",
      content,
      "--themes",
      path.join(root, "themes"),
    ]);
  const facts = ["--country=AT", "--languages=de", "--name=Muster", "--email=a@muster.example"];
  const more = ["--address=de=Mustergasse 1, 1010 Wien", `--date=${DAY}`, "--yes"];
  const wrangler = path.join(folder, "wrangler.toml");
  await run("new", "muster.example", ...facts, ...more, "--wrangler", wrangler);
  const cookies = path.join(content, "muster.example/de/cookies", `${DAY}.md`);
  const text = await readFile(cookies, "utf8");
  const titled = text.replace(/^title = .*$/m, `title = "${TITLES.cookies}"`);
  assert.notEqual(titled, text);
  await writeFile(cookies, titled);
  const out = path.join(folder, "dist");
  await run("build", "--site", "muster.example", "--out", out);
  [server, browser] = await Promise.all([
    startServer({ dist: path.join(out, "muster.example") }),
    launch(),
  ]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/**
 * Words of the title that stand on more than one line, and the size of its letters. Runs in the page.
 */
const titleInPage = () => {
  const title = document.querySelector("h1");
  const text = title?.firstChild;
  if (!title || !text) throw new Error("there is no title");
  const broken = [...(text.textContent ?? "").matchAll(/[^\s-]+/gu)].filter(
    ({ index, 0: word }) => {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
    },
  );
  return {
    words: title.textContent,
    broken: broken.map(([word]) => word),
    size: Number.parseFloat(getComputedStyle(title).fontSize),
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
};

// 31 letters are too many for 320 pixels: a title is never smaller than the text.
for (const [policy, title] of Object.entries(TITLES))
  for (const width of policy === "cookies" ? [360, 412, 1280] : [320, 360, 412, 1280])
    test(`“${title}” is whole at ${width} pixels`, async () => {
      const { context } = await newVisitor(browser, { viewport: { width, height: 640 } });
      try {
        const page = await context.newPage();
        for (const address of [`/de/${policy}/`, `/de/${policy}/changes/`]) {
          await page.goto(server.origin() + address);
          const shown = await page.evaluate(titleInPage);
          assert.ok(shown.words?.includes(title), `${shown.words}`);
          assert.deepEqual(shown.broken, [], `${address}: ${shown.size} px`);
          assert.equal(shown.wide, 0, `${address} scrolls sideways`);
          assert.ok(shown.size >= 17, `${address}: ${shown.size} px`);
        }
        if (width === 1280) {
          const { size } = await page.evaluate(titleInPage);
          assert.ok(size >= 40, `a title of ${size} px on a large screen`);
        }
      } finally {
        await context.close();
      }
    });
