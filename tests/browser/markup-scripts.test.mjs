// Scripts, styles, pictures and templates that wait for permission.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { boxIn, film, permit, ran, withPages } from "../support/markup-visit.mjs";
import { until } from "../support/until.mjs";

const { pages, visiting } = withPages();

const inline = (/** @type {string} */ name) => `(window.ran ??= []).push("${name}")`;
/** Waits until the other host was asked for a file. @param {string} file */
const requested = (file) =>
  until(
    () => pages().requests.includes(`video.localhost/${file}`),
    () => `${file} is requested`,
  );
/** Waits for what has run. @param {import("playwright-core").Page} page @param {string[]} expected */
const hasRun = async (page, expected) => {
  await page.waitForFunction((count) => {
    const { ran = [] } = /** @type {any} */ (window);
    return ran.length >= count;
  }, expected.length);
  assert.deepEqual(await ran(page), expected);
};

describe("scripts that wait", () => {
  const SCRIPTS = `
    <script type="text/plain" data-consent="analytics" data-src="VENDOR/first.js" id="own"></script>
    <p><script type="text/plain" data-consent="analytics">${inline("inline")}</script></p>
    <script type="text/plain" data-consent="analytics" src="VENDOR/second.js"></script>
    <script type="text/plain" data-consent="analytics" data-type="module">${inline("module")}; import "VENDOR/import.js";</script>
    <script type="text/plain" data-consent="marketing" data-src="VENDOR/never.js"></script>`;

  test("run in the order of the document, once, and nothing is requested before", () =>
    visiting(
      SCRIPTS,
      async ({ page }) => {
        await permit(page);
        assert.deepEqual(await ran(page), []);
        assert.deepEqual(pages().requests, []);
        // The one that loads first must wait for the one before.
        /** @type {(value?: unknown) => void} */
        let answer = () => {};
        pages().delays.set("/first.js", new Promise((resolve) => (answer = resolve)));
        await permit(page, ["analytics"]);
        await requested("first.js");
        assert.deepEqual(await ran(page), []);
        answer();
        await page.waitForFunction(() => /** @type {any} */ (window).ran?.length >= 3);
        assert.deepEqual((await ran(page)).slice(0, 3), ["/first.js", "inline", "/second.js"]);
        await permit(page, ["analytics", "functional"]);
        await permit(page, []);
        await permit(page, ["analytics"]);
        assert.equal(
          pages().requests.filter((path) => path === "video.localhost/first.js").length,
          1,
        );
      },
      { isFaulty: true },
    ));

  test("of the page's markup run themselves, where they stand, and nothing is added", () =>
    visiting(
      `<div id=app>${SCRIPTS}</div>`,
      async ({ page }) => {
        await page.evaluate(() => {
          const w = /** @type {any} */ (window);
          w.changes = [];
          new MutationObserver((records) => {
            for (const { addedNodes } of records)
              for (const node of addedNodes)
                if (node.nodeName === "SCRIPT") w.changes.push("script");
          }).observe(/** @type {Element} */ (document.querySelector("#app")), {
            childList: true,
            subtree: true,
          });
        });
        await permit(page, ["analytics"]);
        await page.waitForFunction(() => /** @type {any} */ (window).ran?.length >= 3);
        assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).changes), []);
        assert.equal(
          await page.evaluate(() => /** @type {any} */ (window).scripts["/first.js"]),
          "DIV",
          "`document.currentScript` is in its place",
        );
        assert.equal(await page.locator("#own").getAttribute("type"), "text/plain");
      },
      { isFaulty: true },
    ));

  test("that browsers never run, made by `innerHTML` and React, run as copies that don't stay", () =>
    visiting("<div id=app></div>", async ({ page }) => {
      await permit(page, ["analytics"]);
      await page.evaluate(
        (scripts) => {
          /** @type {Element} */ (document.querySelector("#app")).innerHTML = scripts;
        },
        `<b><script type="text/plain" data-consent="analytics" data-src="${pages().vendor("/first.js")}" data-key="k" id="own"></script></b><script type="text/plain" data-consent="analytics">${inline("inline")}</script>`,
      );
      await hasRun(page, ["/first.js", "inline"]);
      assert.equal(
        await page.evaluate(() => /** @type {any} */ (window).scripts["/first.js"]),
        "B",
      );
      await page.waitForFunction(() => document.querySelectorAll("#app script").length === 2);
    }));

  test("run under a strict policy with nonces and Trusted Types", () =>
    visiting(
      `<script nonce="n" type="text/plain" data-consent="analytics" data-src="VENDOR/first.js"></script>
       <script nonce="n" type="text/plain" data-consent="analytics">${inline("inline")}</script>
       <script type="text/plain" data-consent="analytics">${inline("forbidden")}</script><div id=app></div>`,
      async ({ page, told }) => {
        await permit(page, ["analytics"]);
        await hasRun(page, ["/first.js", "inline"]);
        await page.evaluate((code) => {
          const script = document.createElement("script");
          script.type = "text/plain";
          script.dataset.consent = "analytics";
          script.nonce = "n";
          script.append(code);
          document.querySelector("#app")?.append(script);
        }, inline("made"));
        await hasRun(page, ["/first.js", "inline", "made"]);
        assert.equal(
          told.filter((text) => /Content Security Policy/.test(text)).length,
          1,
          "the other is refused",
        );
      },
      {
        isFaulty: true,
        script: '<script src="/piece.js" nonce="n"></script>',
        csp: "default-src 'none'; script-src 'nonce-n'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types kelisim kelisim#markup",
      },
    ));

  test("that are refused before their turn never run", () =>
    visiting(
      SCRIPTS,
      async ({ page }) => {
        /** @type {(value?: unknown) => void} */
        let answer = () => {};
        pages().delays.set("/first.js", new Promise((resolve) => (answer = resolve)));
        await permit(page, ["analytics"]);
        await requested("first.js");
        await permit(page, [], { refused: ["*analytics"] });
        answer();
        await permit(page, ["marketing"]);
        await hasRun(page, ["/never.js"]);
      },
      { isFaulty: true },
    ));

  test("tell that only loading the page anew ends them", () =>
    visiting(SCRIPTS, async ({ page }) => {
      const isOutdated = () => page.evaluate(() => /** @type {any} */ (window).piece.isOutdated());
      await permit(page, ["marketing"]);
      await hasRun(page, ["/never.js"]);
      assert.equal(await isOutdated(), false);
      await permit(page, []);
      assert.equal(await isOutdated(), true);
    }));
});

describe("other elements that wait", () => {
  test("load what their attributes name, and give it back", () =>
    visiting(
      `<img id=img data-consent="marketing" src="/blank.gif" data-src="VENDOR/a.gif" data-srcset="VENDOR/b.gif 2x" alt="">
       <link rel="stylesheet" data-consent="marketing" data-href="VENDOR/style.css">
       <video data-consent="marketing" data-poster="VENDOR/poster.gif" controls><source data-src="VENDOR/film.mp4" type="video/mp4"></video>`,
      async ({ page }) => {
        await permit(page);
        assert.deepEqual(pages().requests, ["/blank.gif"]);
        await permit(page, ["marketing"]);
        for (const path of ["a.gif", "style.css", "poster.gif", "film.mp4"]) await requested(path);
        const styled = () =>
          page.evaluate(() =>
            getComputedStyle(document.documentElement).getPropertyValue("--styled"),
          );
        await until(async () => (await styled()) === "yes", "the style applies");
        await permit(page);
        assert.equal(await page.locator("#img").getAttribute("src"), "/blank.gif");
        assert.equal(await page.locator("#img").getAttribute("srcset"), null);
        await until(async () => (await styled()) === "", "the style is gone");
        assert.equal(await page.locator("source").getAttribute("src"), null);
      },
    ));

  test("a film's box has its size, and the film comes back in its place", () =>
    visiting(
      `<video data-consent="marketing" data-src="VENDOR/film.mp4" width="320" height="240" controls></video>`,
      async ({ page }) => {
        await permit(page);
        const box = page.locator("kelisim-hold");
        await box.waitFor();
        const size = await box.locator(".hold").boundingBox();
        assert.deepEqual([size?.width, size?.height], [320, 240]);
        await box.getByRole("button", { name: "Allow once" }).click();
        await requested("film.mp4");
        assert.ok(await page.locator("video").isVisible());
        assert.equal(await box.count(), 0);
      },
    ));

  test("a labelled script has a box, and what else shows its service comes with it", () =>
    visiting(
      `<link rel="stylesheet" data-consent="marketing" data-service="video" data-href="VENDOR/style.css">
       <script type="text/plain" data-consent="marketing" data-service="video" data-label="The map" data-src="VENDOR/map.js"></script>
       <iframe data-consent="marketing" data-src="VENDOR/film"></iframe>`,
      async ({ page }) => {
        await permit(page);
        const box = page.locator("kelisim-hold");
        await box.getByText("The map").waitFor();
        await boxIn(page).waitFor();
        assert.deepEqual(pages().requests, []);
        await box.getByRole("button", { name: "Allow once" }).click();
        await hasRun(page, ["/map.js"]);
        assert.ok(pages().requests.includes("video.localhost/style.css"));
        await boxIn(page).waitFor();
      },
    ));

  test("no rule of the page reaches a box", () =>
    visiting(
      `<template data-consent="marketing" data-label="Map"><i>map</i></template>`,
      async ({ page }) => {
        await permit(page);
        const box = page.locator("kelisim-hold");
        await box.getByText("Map").waitFor();
        assert.ok(await box.isVisible());
        assert.equal(
          await box
            .locator(".hold__button")
            .first()
            .evaluate((it) => getComputedStyle(it).color),
          "rgb(10, 90, 99)",
        );
      },
      {
        head: "<style>@layer x { kelisim-hold, kelisim-hold * { all: unset !important; display: none !important } } kelisim-hold, button, p { display: none !important; color: red !important }</style>",
      },
    ));
});

describe("a template", () => {
  const template = (/** @type {string} */ content) =>
    `<template data-consent="marketing" data-label="The course">${content}</template>`;

  test("stays in its place, and its scripts run in order", () =>
    visiting(
      template(
        `<script src="VENDOR/first.js"></script><script>${inline("inline")}</script><p id=text>Text</p>`,
      ),
      async ({ page }) => {
        await permit(page);
        await page.locator("kelisim-hold").getByText("The course").waitFor();
        assert.deepEqual(pages().requests, []);
        await permit(page, ["marketing"]);
        await hasRun(page, ["/first.js", "inline"]);
        await page.locator("#text").waitFor();
        assert.equal(await page.locator("template").count(), 1);
        await permit(page);
        assert.equal(await page.locator("#text").count(), 0);
        await page.locator("kelisim-hold").waitFor();
        await permit(page, ["marketing"]);
        await page.locator("#text").waitFor();
        assert.deepEqual(await ran(page), ["/first.js", "inline"], "once");
      },
    ));

  test("made by `innerHTML` runs its scripts, too, also when it is allowed once", () =>
    visiting("<main></main>", async ({ page }) => {
      await permit(page);
      await page.evaluate(
        (html) => {
          /** @type {Element} */ (document.querySelector("main")).innerHTML = html;
        },
        template(
          `<script src="${pages().vendor("/first.js")}"></script><script>${inline("inline")}</script>`,
        ),
      );
      await page.getByRole("button", { name: "Allow once" }).click();
      await hasRun(page, ["/first.js", "inline"]);
    }));

  test("whose children a framework has put outside of its content is told on the console, and shows them when they are allowed", () =>
    visiting(
      "<main></main>",
      async ({ page, told }) => {
        await permit(page);
        await page.evaluate((src) => {
          const made = document.createElement("template");
          made.dataset.consent = "marketing";
          made.append(Object.assign(document.createElement("iframe"), { src }));
          document.querySelector("main")?.append(made);
        }, pages().vendor("/film"));
        await until(
          () => told.some((text) => /write <iframe data-consent/.test(text)),
          "the console tells",
        );
        assert.ok(await page.locator("iframe").isHidden());
        await permit(page, ["marketing"]);
        await film(page);
        assert.ok(await page.locator("iframe").isVisible());
      },
      { isFaulty: true },
    ));
});
