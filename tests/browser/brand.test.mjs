// A site that looks like its owner, as browsers show it: the pictures under the pages' content
// security policy, the colour on light and on dark pages and in the banner, nothing that stands out.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { violations } from "../support/axe.mjs";
import { banner, launch, newVisitor, waitForDecision } from "../support/browser.mjs";
import { startServer } from "../support/server.mjs";
import { buildWith, inTheme, withBrand } from "../support/site.mjs";

/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** The colour of an element as `#rrggbb`. @param {Element} element */
const colourOf = (element) =>
  `#${(getComputedStyle(element).color.match(/\d+/g) ?? [])
    .slice(0, 3)
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join("")}`;

for (const { name, build, colours } of [
  {
    name: "with a brand of five lines",
    build: () => buildWith({ "site.toml": withBrand }, { hasPictures: true }),
    colours: { light: "#7a1f5c", dark: "#b582a4" },
  },
  {
    name: "in a theme of five lines",
    build: () => buildWith({ "site.toml": inTheme("rose") }, { overlay: "rose" }),
    colours: { light: "#9b1b5a", dark: "#f2a3cb" },
  },
])
  describe(`a site ${name}`, () => {
    /** @type {Awaited<ReturnType<typeof buildWith>>} */
    let site;
    /** @type {Awaited<ReturnType<typeof startServer>>} */
    let server;
    before(async () => {
      site = await build();
      server = await startServer({ dist: site.dist });
    });
    after(async () => {
      await server?.stop();
      await site?.remove();
    });

    for (const colorScheme of /** @type {const} */ (["light", "dark"]))
      test(`has its colour in links and in the banner, and nothing is hard to read: ${colorScheme}`, async () => {
        const { context, faults } = await newVisitor(browser, {
          colorScheme,
          viewport: { width: 360, height: 640 },
        });
        try {
          const page = await context.newPage();
          for (const path of ["/en/", "/ru/privacy/"]) {
            await page.goto(server.origin("DE") + path);
            await waitForDecision(page);
            const link = page.locator(".footer__links a").first();
            assert.equal(await link.evaluate(colourOf), colours[colorScheme], path);
            const own = banner(page).dialog.locator(".cm__policy");
            assert.equal(await own.evaluate(colourOf), colours[colorScheme], `banner on ${path}`);
            assert.deepEqual(await violations(page), [], path);
            const { width, wide } = await page.evaluate(() => ({
              width: document.documentElement.clientWidth,
              wide: document.documentElement.scrollWidth,
            }));
            assert.equal(wide, width, `${path} scrolls sideways`);
          }
          assert.deepEqual(faults, []);
        } finally {
          await context.close();
        }
      });

    test("has its icons at the addresses that browsers and telephones ask for", async () => {
      const page = await (await fetch(`${server.origin()}/en/`)).text();
      const [, touch] = /<link rel="apple-touch-icon" href="([^"]+)"/.exec(page) ?? [];
      const [, icon] = /<link rel="icon" type="image\/svg\+xml" href="([^"]+)"/.exec(page) ?? [];
      for (const [address, type] of [
        ["/favicon.ico", "image/"],
        [touch, "image/png"],
        [icon, "image/svg+xml"],
      ]) {
        const answer = await fetch(server.origin() + address);
        assert.equal(answer.status, 200, address);
        assert.ok(answer.headers.get("content-type")?.startsWith(type), address);
        await answer.arrayBuffer();
      }
    });
  });

test("the logo is drawn with its own styles under the pages' content security policy", async () => {
  const site = await buildWith({ "site.toml": withBrand }, { hasPictures: true });
  const server = await startServer({ dist: site.dist });
  const { context, faults } = await newVisitor(browser);
  try {
    const page = await context.newPage();
    await page.goto(`${server.origin()}/en/`);
    const logo = page.locator(".masthead__logo");
    assert.deepEqual(
      await logo.evaluate((/** @type {HTMLImageElement} */ image) => [
        image.complete,
        image.naturalWidth > 0,
      ]),
      [true, true],
    );
    const { width, height } = (await logo.boundingBox()) ?? { width: 0, height: 0 };
    assert.deepEqual([Math.round(width), Math.round(height)], [132, 32]);
    const address = (await logo.getAttribute("src")) ?? "";
    // What it paints in the place of a stroke of its mark.
    const painted = await page.evaluate(async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = new OffscreenCanvas(132, 32);
      const context = canvas.getContext("2d");
      context?.drawImage(image, 0, 0);
      return [...(context?.getImageData(6, 20, 1, 1).data ?? [])];
    }, address);
    assert.deepEqual(painted, [0x7a, 0x1f, 0x5c, 255]);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
    await server.stop();
    await site.remove();
  }
});
