// Where the banner's element is on pages that replace, remove, hide or lock their content: seen, in
// place, and pressed by a real click. The pages do to the document what the named libraries do.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { html, LONG, press, startPages, waitForBanner, where } from "../support/any-page.mjs";
import { ENGINES, isShown, withEngine } from "../support/engines.mjs";
import { until } from "../support/until.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

/** @type {Awaited<ReturnType<typeof startPages>>} */
let pages;
before(async () => {
  pages = await startPages();
});
after(() => pages?.stop());

/** What frameworks and their routers do to a document. @type {Record<string, () => void>} */
const REPLACEMENTS = {
  "Turbo and Astro put another body in place": () => {
    const body = document.createElement("body");
    body.innerHTML = "<h1>Another page</h1>";
    document.documentElement.replaceChild(body, document.body);
  },
  "a router sets the body's markup": () => {
    document.body.innerHTML = "<h1>Another page</h1>";
  },
  "a framework mounts on the body": () => {
    document.body.replaceChildren();
    document.body.append(document.createElement("main"));
  },
  "a morph removes what the new page has not": () => {
    for (const node of [...document.body.childNodes]) node.remove();
    document.body.append("Another page");
  },
  "everything in the body gets a wrapper": () => {
    const wrapper = document.createElement("div");
    wrapper.style.cssText = "transform: scale(0.1); overflow: hidden; block-size: 10px";
    wrapper.append(...document.body.childNodes);
    document.body.append(wrapper);
  },
  "the body becomes a frameset": () => {
    document.body.replaceWith(document.createElement("frameset"));
  },
  "React renders the whole document anew": () => {
    const root = document.createElement("html");
    root.innerHTML = "<head><title>Anew</title></head><body><h1>Anew</h1></body>";
    document.replaceChild(root, document.documentElement);
  },
  "a script writes another document": () => {
    document.open();
    document.write("<!doctype html><title>Written</title><body><h1>Written</h1></body>");
    document.close();
  },
};

/** What pages do to all that is on them. @type {Record<string, string>} */
const COVERS = {
  "a chat bubble has the highest z-index":
    "<style>body::after{content:'';position:fixed;inset:0;z-index:2147483647;background:red}</style>",
  "the body is a containing block":
    "<style>body{transform:translateX(1px);filter:blur(0);contain:paint;clip-path:inset(90%);overflow:hidden;block-size:20px}</style>",
  "the body can't be seen through": "<style>body,html{opacity:0}</style>",
  "the body is hidden": "<style>body{visibility:hidden}</style>",
  "the body is not drawn": "<style>body{display:none}</style>",
  "the body takes no presses": "<style>html,body{pointer-events:none}</style>",
  "bare elements are reset by layers that are important":
    "<style>@layer page{div,p,h2,form,label,input,a,button{all:unset!important;display:none!important;visibility:hidden!important;opacity:0!important}}</style>",
  "popovers are hidden":
    "<style>[popover]{display:none!important}kelisim-banner{display:none!important;inset:0 auto auto -9999px!important}</style>",
};

for (const engine of /** @type {const} */ (["Chromium", "Firefox"])) {
  describe(engine, () => {
    for (const [what, replace] of Object.entries(REPLACEMENTS))
      test(`${what}, three times`, async () => {
        const page = await pages.open(engine, html("<h1>Page</h1>"));
        await press(page);
        assert.deepEqual(await where(page), { parent: "body", count: 1 });
        for (let time = 0; time < 3; time += 1) {
          await page.evaluate(replace);
          await press(page);
          assert.equal((await where(page)).count, 1);
        }
        assert.deepEqual(page.faults, []);
        await page.close();
      });

    test("the element comes after everything that a body has", async () => {
      const page = await pages.open(engine, html("<h1>Page</h1><script>0</script>"));
      await waitForBanner(page);
      assert.ok(await page.evaluate(() => document.body.lastChild?.nodeName === "KELISIM-BANNER"));
      await page.close();
    });

    for (const [what, head] of Object.entries(COVERS))
      test(`it is seen and pressed where ${what}`, async () => {
        const page = await pages.open(engine, html(LONG, head));
        await press(page);
        assert.deepEqual(page.faults, []);
        await page.close();
      });

    for (const [what, lock] of Object.entries({
      "`inert` on the body": () => document.body.setAttribute("inert", ""),
      "`inert` on all children of the body": () => {
        for (const child of document.body.children) child.setAttribute("inert", "");
      },
      "`aria-hidden` on the body": () => document.body.setAttribute("aria-hidden", "true"),
      "`aria-hidden` on all children of the body": () => {
        for (const child of document.body.children) child.setAttribute("aria-hidden", "true");
      },
      "a body that is not drawn": () => document.body.style.setProperty("display", "none"),
    }))
      test(`it is not locked away by ${what}`, async () => {
        const page = await pages.open(engine, html("<main>Page</main>"));
        await press(page);
        await page.evaluate(lock);
        await until(
          () =>
            page.evaluate(
              () => !(/** @type {any} */ (window).banner.host.closest("[aria-hidden]")),
            ),
          "screen readers see it",
        );
        await press(page);
        await page.close();
      });
  });
}

describe("WebKit", { skip: ENGINES.WebKit.absent }, () => {
  const visiting = withEngine("WebKit");
  /** @param {import("../support/engines.mjs").Visitor} visitor */
  const pressOnce = async (visitor) => {
    const count = () => visitor.evaluate(() => /** @type {any} */ (window).presses.length);
    await until(() => isShown(visitor, "[data-role=show]"), "the banner is seen");
    const before = await count();
    await visitor.click("[data-role=show]");
    await until(async () => (await count()) > before, "the banner got the press");
  };

  for (const [what, head] of Object.entries(COVERS))
    test(`it is seen and pressed where ${what}`, () =>
      visiting(async (visitor) => {
        await visitor.go(pages.serve(html(LONG, head)));
        await pressOnce(visitor);
      }));

  for (const [what, replace] of Object.entries(REPLACEMENTS))
    test(what, () =>
      visiting(async (visitor) => {
        await visitor.go(pages.serve(html("<h1>Page</h1>")));
        await pressOnce(visitor);
        await visitor.evaluate(replace);
        await pressOnce(visitor);
      }),
    );

  test("it goes into a modal dialog and comes back", () =>
    visiting(async (visitor) => {
      await visitor.go(pages.serve(html("<dialog><button>OK</button></dialog>")));
      await pressOnce(visitor);
      for (const call of /** @type {const} */ (["showModal", "close"])) {
        await visitor.evaluate(
          (/** @type {"showModal" | "close"} */ call) => document.querySelector("dialog")?.[call](),
          call,
        );
        await pressOnce(visitor);
      }
    }));
});

test("without popovers it lies over the page all the same", async () => {
  const page = await pages.open("Chromium", html(LONG), (page) =>
    page.evaluateOnNewDocument(() => {
      for (const name of ["showPopover", "popover"])
        Reflect.deleteProperty(HTMLElement.prototype, name);
    }),
  );
  await press(page);
  await page.evaluate(REPLACEMENTS["Turbo and Astro put another body in place"]);
  await press(page);
  await page.close();
});

test("where style sheets can't be constructed it brings an element", async () => {
  const page = await pages.open("Chromium", html(LONG), (page) =>
    page.evaluateOnNewDocument(() => {
      // @ts-expect-error: as in Safari before 16.4
      window.CSSStyleSheet = function CSSStyleSheet() {
        throw new TypeError("Illegal constructor");
      };
      Reflect.deleteProperty(Document.prototype, "adoptedStyleSheets");
    }),
  );
  await press(page);
  const colour = () =>
    page.evaluate(
      () =>
        getComputedStyle(/** @type {any} */ (window).banner.host.querySelector(".cm"))
          .backgroundColor,
    );
  assert.equal(await colour(), "rgb(255, 255, 255)");
  await page.evaluate(REPLACEMENTS["Turbo and Astro put another body in place"]);
  await press(page);
  assert.equal(await colour(), "rgb(255, 255, 255)");
  await page.close();
});

describe("a page that takes it away again and again", () => {
  test("at once, by an observer, does not freeze", async () => {
    const page = await pages.open("Chromium", html("<p>Page</p>"), (page) =>
      page.evaluateOnNewDocument(() => {
        Object.assign(window, { removals: 0 });
        new MutationObserver(() => {
          const found = document.querySelector("kelisim-banner");
          if (!found) return;
          /** @type {any} */ (window).removals += 1;
          found.remove();
        }).observe(document, { childList: true, subtree: true });
      }),
    );
    const removals = () => page.evaluate(() => /** @type {any} */ (window).removals);
    await until(async () => (await removals()) > 20, "it was put back so often");
    const first = await removals();
    assert.ok(first < 25, `then it waits: ${first}`);
    await until(async () => (await removals()) > first + 1, "and goes on");
    await page.close();
  });

  test("by a timer, can be pressed when the page gives up", async () => {
    const page = await pages.open(
      "Chromium",
      html(
        "<p>Page</p><script>let times = 0; const timer = setInterval(() => { document.querySelector('kelisim-banner')?.remove(); if (++times === 40) clearInterval(timer); }, 5)</script>",
      ),
    );
    await press(page);
    await page.close();
  });

  test("by closing popovers, sees it open again", async () => {
    const page = await pages.open("Chromium", html("<p>Page</p>"));
    await press(page);
    await page.evaluate(() => {
      const open = /** @type {NodeListOf<HTMLElement>} */ (
        document.querySelectorAll(":popover-open")
      );
      for (const popover of open) popover.hidePopover();
    });
    await press(page);
    await page.close();
  });
});

test("a page that puts other style sheets in the place of all doesn't leave it without its own", async () => {
  const page = await pages.open("Chromium", html("<p>Page</p>"));
  await press(page);
  await page.evaluate(() => {
    document.adoptedStyleSheets = [];
  });
  await until(
    () =>
      page.evaluate(
        () =>
          getComputedStyle(/** @type {any} */ (window).banner.host.querySelector(".cm"))
            .backgroundColor === "rgb(255, 255, 255)",
      ),
    "it has its style",
  );
  await press(page);
  await page.close();
});

test("what has the focus in it keeps it when it is put back, and gives it to the page that takes it", async () => {
  const page = await pages.open("Chromium", html('<p>Page</p><input id="field">'));
  await waitForBanner(page);
  const focused = () =>
    page.evaluate(() => {
      const { dataset, id } = /** @type {HTMLElement} */ (document.activeElement);
      return dataset.role ?? id;
    });
  await page.focus("[data-role=show]");
  await page.evaluate(REPLACEMENTS["a router sets the body's markup"]);
  await waitForBanner(page);
  assert.equal(await focused(), "show");
  await page.evaluate(() => {
    document.body.innerHTML = '<input id="field">';
    document.getElementById("field")?.focus();
    document.querySelector("kelisim-banner")?.remove();
  });
  await waitForBanner(page);
  assert.equal(await focused(), "field");
  await page.focus("[data-role=show]");
  await page.mouse.click(500, 5);
  await page.evaluate(() => document.querySelector("kelisim-banner")?.remove());
  await waitForBanner(page);
  assert.notEqual(await focused(), "show", "the visitor has left it");
  await page.close();
});

test("a copy in a page that htmx or Turbo has stored goes, and is never seen", async () => {
  const page = await pages.open("Chromium", html("<p>Page</p>"));
  await press(page);
  await page.evaluate(() => {
    const stored = document.body.innerHTML;
    document.body.innerHTML = "<h1>Another page</h1>";
    Object.assign(window, { stored });
  });
  await press(page);
  await page.evaluate(() => {
    document.body.innerHTML = /** @type {any} */ (window).stored;
  });
  await until(async () => (await where(page)).count === 1, "the copy is gone");
  await press(page);
  // Also when the banner was closed since.
  await page.evaluate(() => {
    /** @type {any} */ (window).banner.hide();
    document.body.innerHTML = /** @type {any} */ (window).stored;
  });
  assert.ok(
    await page.evaluate(
      () => document.querySelector("kelisim-banner")?.checkVisibility() === false,
    ),
  );
  await page.close();
});

test("hidden, it is out of the page, and the page is left alone", async () => {
  const page = await pages.open("Chromium", html(LONG));
  await press(page);
  const seen = await page.evaluate(() => {
    const { hide, host } = /** @type {any} */ (window).banner;
    hide();
    document.body.innerHTML = "<h1>Another page</h1>";
    return new Promise((resolve) =>
      setTimeout(() =>
        resolve({ isThere: host.isConnected, room: document.adoptedStyleSheets.length }),
      ),
    );
  });
  assert.deepEqual(seen, { isThere: false, room: 1 });
  await page.evaluate(() => /** @type {any} */ (window).banner.show());
  await press(page);
  await page.close();
});

describe("a page that is still being parsed", () => {
  /** @param {(response: import("node:http").ServerResponse) => void} then */
  const slow = (then) => (/** @type {import("node:http").ServerResponse} */ response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.write(
      html("<main>Half of").replace("</main></body></html>", "").replace("</body></html>", ""),
    );
    then(response);
  };

  test("is waited for, so that hydration finds what the server has sent", async () => {
    /** @type {import("node:http").ServerResponse | undefined} */
    let open;
    const page = await pages.open(
      "Chromium",
      slow((response) => (open = response)),
    );
    assert.equal(await page.evaluate(() => document.querySelector("kelisim-banner")), null);
    open?.end(" the page</main><footer>End</footer></body></html>");
    await press(page);
    assert.deepEqual(
      await page.evaluate(() => [...document.body.children].map(({ localName }) => localName)),
      ["main", "footer", "kelisim-banner"],
    );
    await page.close();
  });

  test("for ever, is not waited for longer than some seconds", async () => {
    /** @type {import("node:http").ServerResponse | undefined} */
    let open;
    const page = await pages.open(
      "Chromium",
      slow((response) => (open = response)),
    );
    await press(page);
    assert.equal(await page.evaluate(() => document.readyState), "loading");
    open?.end();
    await page.close();
  });
});
