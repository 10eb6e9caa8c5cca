// The whole script in every engine on pages that open dialogs, replace their bodies or write
// themselves anew, and on pages with markup that waits: the banner is answered by a real press.

import assert from "node:assert/strict";
import { test } from "node:test";
import { NONE } from "../support/browser.mjs";
import { ALL } from "../support/embedded-page.mjs";
import {
  choice,
  FRAME,
  goAndBeAsked,
  inEveryEngine,
  openSettings,
  press,
  reloading,
  told,
} from "../support/engine-shop.mjs";
import { waitFor } from "../support/engines.mjs";
import { until } from "../support/until.mjs";

const PAGE = "https://www.shop.kz/";
const OTHER = `<main>Other</main><footer><a href="https://policies.shop.kz/en/choices/" data-choices="open">Your privacy choices</a></footer>`;

/** What a page may do while the visitor is asked. @type {Record<string, (other: string) => void>} */
const CHANGES = {
  "has opened a modal dialog": () => {
    const dialog = document.createElement("dialog");
    dialog.innerHTML = "<form method=dialog><button>Close</button></form>";
    document.body.append(dialog);
    dialog.showModal();
  },
  "has another body": (other) => {
    const body = document.createElement("body");
    body.innerHTML = other;
    document.body.replaceWith(body);
  },
  "has emptied its body": (other) => {
    document.body.innerHTML = other;
  },
  "has written itself anew": (other) => {
    document.open();
    document.write(
      `<!doctype html><html lang="en"><title>Other</title><body>${other}</body></html>`,
    );
    document.close();
  },
  "has let no pointer through": () => {
    document.body.inert = true;
    document.body.style.pointerEvents = "none";
  },
};

const WAITING = `<iframe id="frame" data-consent="marketing" data-service="video" data-src="https://${FRAME}/course" title="The course"></iframe>
<script type="text/plain" data-consent="analytics">document.documentElement.dataset.ran = "yes";</script>`;

inEveryEngine(
  (path) => (path.startsWith("/waiting") ? WAITING : "<p>Words of the page.</p>"),
  ({ shop, visiting }) => {
    for (const [what, change] of Object.entries(CHANGES))
      test(`a page that ${what} has the banner, and its answer counts`, () =>
        visiting(async (visitor) => {
          await goAndBeAsked(visitor, PAGE);
          await visitor.evaluate(change, OTHER);
          await press(visitor, "necessary");
          await told(visitor, "saved");
          assert.equal(
            await visitor.evaluate(() => document.querySelectorAll("kelisim-banner").length),
            1,
          );
          assert.deepEqual(await choice(visitor), NONE);
          assert.deepEqual(visitor.faults(), []);
        }));

    test("a frame and a script wait, run when they are allowed, and end with it", () =>
      visiting(async (visitor) => {
        const requested = () => shop().asked.some(({ host }) => host === FRAME);
        const ran = () => visitor.evaluate(() => document.documentElement.dataset.ran);
        shop().asked.length = 0;
        await goAndBeAsked(visitor, `${PAGE}waiting`);
        await until(
          () =>
            visitor.evaluate(
              () =>
                /** @type {HTMLIFrameElement} */ (
                  document.querySelector("#frame")
                ).contentDocument?.body?.querySelectorAll("button").length === 2,
            ),
          "the frame says what it waits for",
        );
        assert.ok(!requested());
        assert.equal(await ran(), undefined);

        await press(visitor, "all");
        await told(visitor, "saved");
        await until(requested, "the frame was not loaded");
        await until(ran, "the script did not run");
        assert.deepEqual(await choice(visitor), ALL);

        await openSettings(visitor);
        await reloading(visitor, () => press(visitor, "necessary"));
        assert.equal(await ran(), undefined);
        await waitFor(visitor, "#frame");
        assert.ok(
          await visitor.evaluate(() => !document.querySelector("#frame")?.hasAttribute("src")),
        );
      }));
  },
  { policy: false },
);
