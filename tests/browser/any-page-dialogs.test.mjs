// Modal dialogs make everything outside them inert, popovers too: the banner goes into the topmost
// one and comes back. Also dialogs of libraries, which trap focus and presses by scripts.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { html, LONG, press, startPages, waitForBanner, where } from "../support/any-page.mjs";
import { until } from "../support/until.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

/** @type {Awaited<ReturnType<typeof startPages>>} */
let pages;
before(async () => {
  pages = await startPages();
});
after(() => pages?.stop());

const DIALOG =
  '<main>Page</main><dialog id="first"><p>First</p><input id="field"><button id="ok">OK</button></dialog>';

/** @param {Page} page @param {string} [id] */
const openDialog = (page, id = "first") =>
  page.evaluate(
    (id) => /** @type {HTMLDialogElement} */ (document.getElementById(id)).showModal(),
    id,
  );
/** @param {Page} page @param {string} [id] */
const isOpen = (page, id = "first") =>
  page.evaluate((id) => /** @type {HTMLDialogElement} */ (document.getElementById(id)).open, id);
/** @param {Page} page @param {string} parent */
const waitForParent = (page, parent) =>
  until(async () => (await where(page)).parent === parent, `the banner is in ${parent}`);

for (const engine of /** @type {const} */ (["Chromium", "Firefox"])) {
  describe(engine, () => {
    test("the banner goes into a modal dialog and comes back when it is closed", async () => {
      const page = await pages.open(engine, html(DIALOG));
      await press(page);
      await openDialog(page);
      await waitForParent(page, "dialog");
      await press(page);
      await page.click("#ok");
      await page.evaluate(() => document.querySelector("dialog")?.close());
      await press(page);
      assert.deepEqual(await where(page), { parent: "html", count: 1 });
      assert.deepEqual(page.faults, []);
      await page.close();
    });

    test("also into one that was open before, into the one above it, and back into the lower one", async () => {
      const page = await pages.open(
        engine,
        html(
          `${DIALOG}<dialog id="second"><p>Second</p></dialog><script>document.getElementById("first").showModal()</script>`,
        ),
      );
      await press(page);
      await openDialog(page, "second");
      await until(
        () =>
          page.evaluate(() => /** @type {any} */ (window).banner.host.parentNode.id === "second"),
        "the banner is in the upper dialog",
      );
      await press(page);
      await page.evaluate(() =>
        /** @type {HTMLDialogElement} */ (document.getElementById("second")).close(),
      );
      await press(page);
      assert.ok(await isOpen(page));
      // A framework removes the dialog with the banner in it.
      await page.evaluate(() => document.getElementById("first")?.remove());
      await press(page);
      assert.deepEqual(await where(page), { parent: "html", count: 1 });
      await page.close();
    });

    test("a dialog that closes on presses outside of it stays open when the banner is pressed", async () => {
      const page = await pages.open(
        engine,
        html(
          `${DIALOG}<script>
            const dialog = document.getElementById("first");
            for (const type of ["click", "mousedown", "pointerdown", "pointerup"])
              for (const node of [dialog, document])
                node.addEventListener(type, ({clientX, clientY}) => {
                  const {left, right, top, bottom} = dialog.getBoundingClientRect();
                  if (clientX < left || clientX > right || clientY < top || clientY > bottom) dialog.close();
                }, node === document);
          </script>`,
        ),
      );
      await waitForBanner(page);
      await openDialog(page);
      await press(page);
      assert.ok(await isOpen(page));
      await page.mouse.click(5, 5);
      assert.ok(!(await isOpen(page)), "and still closes on others");
      await press(page);
      await page.close();
    });

    test("Escape inside the banner is the banner's, elsewhere the dialog's", async () => {
      const page = await pages.open(engine, html(DIALOG));
      await waitForBanner(page);
      await page.focus("#first").catch(() => {});
      await openDialog(page);
      await press(page);
      await page.keyboard.press("Escape");
      await until(
        () => page.evaluate(() => /** @type {any} */ (window).presses.includes("Escape")),
        "the banner got the key",
      );
      assert.ok(await isOpen(page));
      await page.focus("#field");
      await page.keyboard.press("Escape");
      await until(async () => !(await isOpen(page)), "the dialog closed");
      await press(page);
      assert.equal(
        await page.evaluate(
          () =>
            /** @type {any} */ (window).presses.filter(
              (/** @type {string} */ one) => one === "Escape",
            ).length,
        ),
        1,
      );
      await page.close();
    });

    test("a dialog in an open shadow root has the banner with its style", async () => {
      const page = await pages.open(
        engine,
        html(
          `<main>Page</main><x-app></x-app><script>
            document.querySelector("x-app").attachShadow({mode: "open"}).innerHTML = "<style>*{color:red}</style><dialog><p>Inside</p><button>OK</button></dialog>";
          </script>`,
        ),
      );
      await press(page);
      /** @param {"showModal" | "close"} call */
      const change = (call) =>
        page.evaluate(
          (call) => document.querySelector("x-app")?.shadowRoot?.querySelector("dialog")?.[call](),
          call,
        );
      await change("showModal");
      await waitForParent(page, "dialog");
      await press(page);
      assert.equal(
        await page.evaluate(
          () =>
            getComputedStyle(/** @type {any} */ (window).banner.host.querySelector(".cm"))
              .backgroundColor,
        ),
        "rgb(255, 255, 255)",
      );
      await change("close");
      await waitForParent(page, "html");
      await press(page);
      await change("showModal");
      await waitForParent(page, "dialog");
      await page.evaluate(() => document.querySelector("x-app")?.remove());
      await press(page);
      assert.deepEqual(page.faults, []);
      await page.close();
    });

    test("a dialog that is not modal changes nothing", async () => {
      const page = await pages.open(engine, html(DIALOG));
      await press(page);
      await page.evaluate(() => document.querySelector("dialog")?.show());
      await press(page);
      assert.equal((await where(page)).parent, "body");
      await page.close();
    });

    test("what has the focus in the banner keeps it while a dialog without focus comes and goes", async () => {
      const page = await pages.open(engine, html(DIALOG));
      await press(page);
      await openDialog(page);
      await waitForParent(page, "dialog");
      await page.focus("#field");
      await page.evaluate(() => document.querySelector("dialog")?.close());
      await press(page);
      await page.close();
    });
  });
}

describe("dialogs of libraries", () => {
  /** What focus-trap, react-focus-lock and Radix do: presses and focus outside are taken back. */
  const TRAP = `<main>Page</main><div id="modal" role="dialog" aria-modal="true" tabindex="-1">
    <button>OK</button></div><script>
    const modal = document.getElementById("modal");
    modal.focus();
    const isOutside = ({target}) => !modal.contains(target);
    document.addEventListener("focusin", (event) => {
      if (isOutside(event)) { event.stopImmediatePropagation(); modal.focus(); }
    }, true);
    document.addEventListener("focusout", ({relatedTarget}) => {
      if (relatedTarget && !modal.contains(relatedTarget)) modal.focus();
    }, true);
    for (const type of ["click", "mousedown", "touchstart", "pointerdown", "keydown"])
      document.addEventListener(type, (event) => {
        if (isOutside(event)) { event.preventDefault(); event.stopImmediatePropagation(); }
      }, true);
    for (const child of document.body.children)
      if (child !== modal) { child.setAttribute("aria-hidden", "true"); child.inert = true; }
    document.body.style.pointerEvents = "none";
    modal.style.pointerEvents = "auto";
    </script>`;

  test("that take presses outside of them back leave those of the banner", async () => {
    const page = await pages.open("Chromium", html(TRAP));
    await press(page);
    await page.focus("[name=analytics]");
    await page.keyboard.press("Space");
    assert.ok(await page.$eval("[name=analytics]", (box) => /** @type {any} */ (box).checked));
    assert.equal(
      await page.evaluate(() => document.activeElement?.getAttribute("name")),
      "analytics",
    );
    await page.close();
  });
});

test("an element that fills the screen is left alone; afterwards the banner is there", async () => {
  const page = await pages.open("Chromium", html(`<video id="video"></video>${LONG}`));
  await press(page);
  await page.evaluate(() => {
    addEventListener("click", () => document.getElementById("video")?.requestFullscreen(), {
      once: true,
    });
  });
  await page.mouse.click(900, 10);
  await page.waitForFunction(() => document.fullscreenElement);
  assert.equal((await where(page)).parent, "body");
  await page.evaluate(() => document.exitFullscreen());
  await press(page);
  await page.close();
});
