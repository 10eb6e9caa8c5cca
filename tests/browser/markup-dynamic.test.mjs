// What frameworks and navigation libraries do with markup that waits, by the same calls of the DOM:
// add, move, change, remove, keep and copy it; shadow roots; and what that costs.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { boxIn, film, permit, ran, withPages } from "../support/markup-visit.mjs";
import { until } from "../support/until.mjs";

const { pages, visiting } = withPages();

/** @typedef {import("playwright-core").Page} Page */

/** Adds a held frame in the way of frameworks. @param {Page} page @param {Record<string, string>} [attributes] */
const addFrame = (page, attributes = {}) =>
  page.evaluate(
    ([src, attributes]) => {
      const frame = document.createElement("iframe");
      document.querySelector("main")?.append(frame);
      Object.assign(frame.dataset, { consent: "marketing", src, ...attributes });
      Object.assign(window, { frame });
    },
    /** @type {const} */ ([pages().vendor("/film"), attributes]),
  );
const requested = (/** @type {string} */ path) =>
  pages().requests.filter((one) => one === `video.localhost${path}`).length;
const seesFilm = (/** @type {number} */ count) =>
  until(
    () => requested("/film") === count,
    () => `${requested("/film")} requests, not ${count}`,
  );

describe("a frame that is", () => {
  test("added later, moved and put back asks again and loads nothing", () =>
    visiting("<main></main><aside></aside>", async ({ page }) => {
      await permit(page);
      await addFrame(page);
      await boxIn(page).waitFor();
      await page.evaluate(() => {
        const { frame } = /** @type {any} */ (window);
        document.querySelector("aside")?.append(frame);
      });
      await boxIn(page, "aside iframe").waitFor();
      await page.evaluate(() => {
        const { frame } = /** @type {any} */ (window);
        frame.remove();
        setTimeout(() => document.querySelector("main")?.append(frame));
      });
      await boxIn(page, "main iframe").waitFor();
      assert.deepEqual(pages().requests, []);
      await permit(page, ["marketing"]);
      await film(page);
      assert.equal(requested("/film"), 1);
    }));

  test("given another address, other categories or none follows them", () =>
    visiting("<main></main>", async ({ page }) => {
      await permit(page, ["marketing"]);
      await addFrame(page);
      await film(page);
      const change = (/** @type {Record<string, string>} */ attributes) =>
        page.evaluate((all) => {
          Object.assign(/** @type {any} */ (window).frame.dataset, all);
        }, attributes);
      await change({ src: pages().vendor("/other") });
      await until(() => requested("/other") === 1, "the other film is requested");
      await change({ consent: "analytics" });
      await boxIn(page).getByText("Category: Analytics.").waitFor();
      await change({ consent: "analytics marketing", label: "Two" });
      await boxIn(page).getByText("Analytics, Marketing").waitFor();
      await boxIn(page).getByText("Two", { exact: true }).waitFor();
      assert.equal(requested("/other"), 1);
      await page.evaluate(() => {
        const { frame } = /** @type {any} */ (window);
        delete frame.dataset.consent;
      });
      await boxIn(page).waitFor({ state: "detached" });
    }));

  test("kept outside of the page while consent is withdrawn comes back empty", () =>
    visiting("<main></main>", async ({ page }) => {
      await permit(page, ["marketing"]);
      await addFrame(page);
      await film(page);
      await page.evaluate(() => /** @type {any} */ (window).frame.remove());
      await permit(page, [], { refused: ["video"] });
      await page.evaluate(() => {
        document.querySelector("main")?.append(/** @type {any} */ (window).frame);
      });
      await boxIn(page).waitFor();
      assert.equal(requested("/film"), 1);
    }));

  test("copied when it is released is held where that is no longer allowed", () =>
    visiting("<main></main>", async ({ page }) => {
      await permit(page, ["marketing"]);
      await addFrame(page);
      await film(page);
      await page.evaluate(() => {
        const { frame } = /** @type {any} */ (window);
        Object.assign(window, { copy: frame.cloneNode(true) });
      });
      await permit(page, [], { refused: ["video"] });
      await page.evaluate(() => {
        const { frame, copy } = /** @type {any} */ (window);
        frame.replaceWith(copy);
      });
      await boxIn(page).waitFor();
      assert.equal(await page.locator("iframe").getAttribute("src"), null);
    }));

  test("thrown away is not kept in memory, and boxes beside elements go with them", () =>
    visiting("<main></main>", async ({ page }) => {
      await permit(page);
      await page.evaluate(() => {
        const main = /** @type {Element} */ (document.querySelector("main"));
        main.innerHTML =
          '<p><template data-consent="marketing" data-label="One"><i></i></template><iframe sandbox data-consent="marketing" data-src="http://nobody.localhost/"></iframe></p>';
      });
      await page.locator("kelisim-hold").waitFor();
      await page.locator("[data-kelisim-hold]").waitFor();
      await page.evaluate(() => {
        const main = /** @type {Element} */ (document.querySelector("main"));
        // The elements alone, as a framework does that doesn't know of what stands beside them.
        for (const element of document.querySelectorAll("p > [data-consent]")) element.remove();
        Object.assign(window, { main });
      });
      await page.waitForFunction(
        () => !document.querySelector("kelisim-hold, [data-kelisim-hold]"),
      );
      await addFrame(page);
      await boxIn(page).waitFor();
      await page.evaluate(() => {
        const all = /** @type {any} */ (window);
        all.reference = new WeakRef(all.frame);
        all.frame.remove();
        delete all.frame;
      });
      const session = await page.context().newCDPSession(page);
      await until(async () => {
        await session.send("HeapProfiler.collectGarbage");
        return page.evaluate(() => !(/** @type {any} */ (window).reference.deref()));
      }, "the frame is collected");
    }));
});

describe("a page whose", () => {
  test("body is replaced goes on, with scripts and templates of the new one", () =>
    visiting("<main></main>", async ({ page }) => {
      await permit(page, ["analytics"]);
      await page.evaluate((vendor) => {
        const body = document.createElement("body");
        body.innerHTML = `<template data-consent="marketing" data-label="One"><i>one</i></template>
          <iframe data-consent="marketing" data-src="${vendor}/film"></iframe>
          <script type="text/plain" data-consent="analytics" data-src="${vendor}/count.js"></script>
          <template data-consent="analytics"><img src="${vendor}/count.gif" alt=""></template>`;
        document.documentElement.replaceChild(body, document.body);
      }, pages().vendor(""));
      await page.locator("kelisim-hold").getByText("One").waitFor();
      await boxIn(page).waitFor();
      await page.waitForFunction(() => "ran" in window);
      assert.deepEqual(await ran(page), ["/count.js"]);
      await until(() => requested("/count.gif") === 1, "the picture is requested");
      assert.equal(requested("/film"), 0);
    }));

  test("copy is put back, as by Turbo and htmx, has each box and each content once", () =>
    visiting(
      `<main><template data-consent="marketing" data-label="One"><iframe src="VENDOR/film"></iframe></template>
       <template data-consent="analytics" data-label="Two"><i>two</i></template></main>`,
      async ({ page }) => {
        await permit(page, ["marketing"]);
        await film(page);
        await page.locator("kelisim-hold").waitFor();
        const restore = () =>
          page.evaluate(() => {
            const main = /** @type {Element} */ (document.querySelector("main"));
            const html = main.outerHTML;
            main.outerHTML = html;
          });
        await restore();
        await seesFilm(2);
        await page.waitForFunction(() => document.querySelectorAll("iframe").length === 1);
        await page.locator("kelisim-hold").getByText("Two").waitFor();
        assert.equal(await page.locator("kelisim-hold").count(), 1);
        // A copy from a time when it was allowed.
        const html = await page.evaluate(() => document.querySelector("main")?.outerHTML);
        await permit(page, [], { refused: ["video"] });
        await page.evaluate((html) => {
          /** @type {Element} */ (document.querySelector("main")).outerHTML = String(html);
        }, html);
        await boxIn(page, "[data-kelisim-hold]").waitFor();
        assert.equal(await page.locator("iframe[src]").count(), 0);
      },
    ));

  test("framework hydrates it has no other elements before it is loaded", () =>
    visiting(
      `<div id=app><iframe data-consent="marketing" data-src="VENDOR/film" title="Film"></iframe>
       <iframe sandbox data-consent="marketing" data-src="VENDOR/film" title="Film"></iframe>
       <script type="text/plain" data-consent="marketing" data-label="Map" data-src="VENDOR/map.js"></script>
       <script type="text/plain" data-consent="analytics" data-src="VENDOR/count.js"></script>
       <video data-consent="marketing" data-src="VENDOR/film.mp4"></video></div>
       <script>Object.assign(window, { children: () => [...document.querySelector("#app").querySelectorAll("*")].map((one) => one.localName).join(" "), before: "" }); before = children();</script>`,
      async ({ page }) => {
        await page.evaluate(() => {
          const all = /** @type {any} */ (window);
          all.seen = [];
          new MutationObserver(() =>
            all.seen.push(`${document.readyState} ${all.children()}`),
          ).observe(/** @type {Element} */ (document.querySelector("#app")), {
            childList: true,
            subtree: true,
          });
          all.let(["analytics"]);
        });
        await boxIn(page, "iframe:not([sandbox])").waitFor();
        await page.waitForFunction(() => "ran" in window);
        const isSame = () =>
          page.evaluate(() => {
            const all = /** @type {any} */ (window);
            return document.readyState !== "complete" && all.before === all.children();
          });
        assert.ok(await isSame());
        // Only now the page is loaded.
        answerPicture();
        await page.locator("kelisim-hold").first().waitFor();
        assert.ok(
          (await page.evaluate(() => /** @type {any} */ (window).seen)).every(
            (/** @type {string} */ at) => at.startsWith("complete"),
          ),
        );
      },
      {
        script: '<script src="/piece.js"></script><img src="/slow.gif" alt="">',
        prepare: () =>
          pages().delays.set("/slow.gif", new Promise((resolve) => (answerPicture = resolve))),
      },
    ));
  /** @type {(value?: unknown) => void} */
  let answerPicture = () => {};

  test("framework unmounts what waited, and what was released, finds its elements", () =>
    visiting("<main></main>", async ({ page }) => {
      await page.evaluate((vendor) => {
        const main = /** @type {Element} */ (document.querySelector("main"));
        const make = (/** @type {string} */ name, /** @type {Record<string, string>} */ data) => {
          const element = document.createElement(name);
          Object.assign(element.dataset, data);
          main.append(element);
          return element;
        };
        const data = { consent: "marketing", src: `${vendor}/film` };
        const template = /** @type {HTMLTemplateElement} */ (
          make("template", { consent: "marketing", label: "One" })
        );
        template.content.append(document.createElement("i"));
        const script = make("script", {
          consent: "marketing",
          src: `${vendor}/a.js`,
          label: "Map",
        });
        script.setAttribute("type", "text/plain");
        const elements = [make("iframe", data), template, script, make("video", data)];
        Object.assign(window, {
          unmount: () => {
            for (const element of elements) main.removeChild(element);
            return main.childNodes.length;
          },
          mount: () => main.append(...elements),
        });
      }, pages().vendor(""));
      const unmount = () =>
        page.evaluate(async () => {
          /** @type {any} */ (window).unmount();
          await new Promise((resolve) => setTimeout(resolve));
          return document.querySelector("main")?.childNodes.length;
        });
      await permit(page);
      await page.waitForFunction(() => document.querySelectorAll("kelisim-hold").length === 3);
      assert.equal(await unmount(), 0);
      await page.evaluate(() => /** @type {any} */ (window).mount());
      await permit(page, ["marketing"]);
      await page.waitForFunction(() => "ran" in window);
      assert.equal(await page.locator("main > i").count(), 1);
      assert.equal(await unmount(), 0);
      await page.evaluate(() => /** @type {any} */ (window).mount());
      await page.locator("main > i").waitFor({ state: "attached" });
      assert.deepEqual(await ran(page), ["/a.js"], "a script runs once");
    }));
});

describe("an open shadow root", () => {
  test("is looked through, whether it was there before, comes with its element or is attached later", () =>
    visiting(
      `<div id=declared><template shadowrootmode="open"><iframe data-consent="marketing" data-src="VENDOR/declared"></iframe></template></div><div id=late></div><x-late></x-late><main></main>`,
      async ({ page }) => {
        await permit(page);
        await boxIn(page, "#declared iframe").waitFor();
        await page.evaluate(
          async ([vendor]) => {
            const fill = (/** @type {Element} */ host, /** @type {string} */ name) => {
              const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
              const frame = document.createElement("iframe");
              frame.dataset.consent = "marketing";
              frame.dataset.src = `${vendor}/${name}`;
              root.append(frame);
            };
            fill(/** @type {Element} */ (document.querySelector("#late")), "late");
            const added = document.createElement("div");
            added.id = "added";
            const inner = document.createElement("div");
            inner.append(added);
            fill(added, "added");
            document.querySelector("main")?.append(inner);
            await new Promise((resolve) => setTimeout(resolve));
            customElements.define(
              "x-late",
              class extends HTMLElement {
                connectedCallback() {
                  fill(this, "defined");
                }
              },
            );
          },
          [pages().vendor("")],
        );
        for (const host of ["#late", "#added", "x-late"])
          await boxIn(page, `${host} iframe`).waitFor();
        assert.deepEqual(pages().requests, []);
        await boxIn(page, "x-late iframe").getByRole("button", { name: "Allow once" }).click();
        await until(() => requested("/defined") === 1, "the film is requested");
        await permit(page, ["marketing"]);
        for (const name of ["declared", "late", "added"])
          await until(() => requested(`/${name}`) === 1, `${name} is requested`);
      },
    ));

  test("inside of another is looked through, and its boxes have their style", () =>
    visiting("<main></main>", async ({ page }) => {
      await permit(page);
      await page.evaluate(() => {
        const outer = document.createElement("div");
        const inner = document.createElement("div");
        outer.attachShadow({ mode: "open" }).append(inner);
        inner.attachShadow({ mode: "open" }).innerHTML =
          '<template data-consent="marketing" data-label="Deep"><i>deep</i></template>';
        document.querySelector("main")?.append(outer);
      });
      const button = page.getByRole("button", { name: "Allow once" });
      await button.waitFor();
      assert.equal(await button.evaluate((it) => getComputedStyle(it).cursor), "pointer");
      await button.click();
      await page.locator("i", { hasText: "deep" }).waitFor();
    }));
});

test("ten thousand elements that are added at once, or one after another, are searched once", () =>
  visiting("<main></main>", async ({ page }) => {
    await permit(page);
    const searched = await page.evaluate(async () => {
      let visits = 0;
      for (const name of /** @type {const} */ (["querySelectorAll", "matches"])) {
        const original = Element.prototype[name];
        Object.defineProperty(Element.prototype, name, {
          value: function (/** @type {string} */ selector) {
            const result = /** @type {any} */ (original).call(this, selector);
            visits += name === "matches" ? 1 : this.getElementsByTagName("*").length;
            return result;
          },
        });
      }
      const main = /** @type {Element} */ (document.querySelector("main"));
      const list = document.createElement("ul");
      main.append(list);
      for (let count = 0; count < 10_000; count += 1) {
        const item = document.createElement("li");
        list.append(item);
        item.append(document.createElement("b"));
      }
      await new Promise((resolve) => setTimeout(resolve));
      return visits;
    });
    assert.ok(searched > 0 && searched < 60_000, `${searched} elements were looked at`);
  }));
