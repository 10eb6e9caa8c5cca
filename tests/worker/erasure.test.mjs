// Erasing: what ties records to a visitor is gone, and the log is as it was.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { exported, verifyExport } from "./export.mjs";
import { acceptAll, COOKIE, cookieOf, post, startSite, submit } from "./site.mjs";

/** @type {import("./site.mjs").Site} */
let site;
before(async () => (site = await startSite()));
after(() => site.stop());

/** @param {string | undefined} cookie */
const ownRecords = async (cookie) => (await site.ask("/api/consent/records", { cookie })).json();

/**
 * @param {string | undefined} cookie
 * @param {Record<string, string>} [headers]
 * @param {string} [country]
 */
const erase = (cookie, headers = {}, country = "DE") =>
  site.ask("/api/consent/erase", {
    method: "POST",
    cookie,
    headers: { origin: site.origin, ...headers },
    cf: { country },
  });

test("erasing leaves nothing to read and a log that verifies", async () => {
  const first = await post(site, acceptAll());
  const cookie = cookieOf(first);
  await post(site, acceptAll({ action: "reject_all", choice: {} }), { cookie });
  const other = cookieOf(await post(site, acceptAll()));
  assert.equal((await ownRecords(cookie)).entries.length, 2);

  const erased = await erase(cookie);
  assert.equal(erased.status, 200);
  assert.deepEqual(await erased.json(), { site: "cap.kz", records: 2 });
  const line = erased.headers.getSetCookie().find((text) => text.startsWith(`${COOKIE}=`));
  assert.match(line ?? "", /=; Max-Age=0; Path=\/; Secure; SameSite=Lax$/);

  assert.deepEqual((await ownRecords(cookie)).entries, []);
  assert.equal((await ownRecords(other)).entries.length, 1, "nobody else is erased");
  const { entries } = await verifyExport(site, await exported(site));
  assert.equal(entries.length, 3);
});

test("erasing where services run unasked leaves a refusal that names nobody, and opens no records", async () => {
  const erased = await erase(cookieOf(await post(site, acceptAll())), {}, "US");
  const left = cookieOf(erased);
  assert.match(left ?? "", /^kelisim_cc_cookie=2\.-\.7\./);
  const state = await (
    await site.ask("/api/consent", { cookie: left, cf: { country: "US" } })
  ).json();
  assert.deepEqual(
    [state.regime, state.choice],
    ["opt_out", { functional: false, analytics: false, marketing: false }],
  );
  assert.equal((await site.ask("/api/consent/records", { cookie: left })).status, 401);
  assert.deepEqual(await (await erase(left, {}, "US")).json(), { site: "cap.kz", records: 0 });
  const again = await post(site, acceptAll(), { cookie: left });
  assert.equal(again.status, 201);
  assert.equal(
    (await ownRecords(cookieOf(again))).entries.length,
    1,
    "the next choice is somebody else's",
  );
});

test("a form without a script erases and leads back", async () => {
  const cookie = cookieOf(await post(site, acceptAll()));
  const fields = { surface: "choices", locale: "kk", return: "/kk/choices/#s-erased" };
  const erased = await submit(site, "/api/consent/erase", fields, { cookie });
  assert.equal(erased.status, 303);
  assert.equal(erased.headers.get("location"), "/kk/choices/#s-erased");
  assert.deepEqual((await ownRecords(cookie)).entries, []);
});

test("nobody is erased by a stranger", async () => {
  const cookie = cookieOf(await post(site, acceptAll()));
  assert.equal((await erase(undefined)).status, 401);
  const forged = String(cookie).replaceAll(/(?=;|$)/g, "x");
  assert.equal((await erase(forged)).status, 401);
  assert.equal((await erase(cookie, { origin: "https://evil.example" })).status, 403);
  assert.equal((await site.ask("/api/consent/erase", { cookie })).status, 405);
  assert.equal((await ownRecords(cookie)).entries.length, 1);
});

test("erasing leaves a row in the audit trail that says nothing about whom", async () => {
  const posted = await post(site, acceptAll());
  const cookie = cookieOf(posted);
  const { record } = await posted.json();
  const subject = cookie?.split("=")[1].split(".")[1] ?? "";
  await erase(cookie);
  const trail = await (await site.ask("/api/consent/audit", { headers: site.admin })).text();
  const last = JSON.parse(trail.trim().split("\n").at(-1) ?? "");
  assert.equal(last.action, "erase");
  assert.deepEqual(last.detail, { records: 1 });
  for (const secret of [subject, record.id, record.commitment])
    assert.ok(secret.length > 20 && !trail.includes(secret));
});

test("an erased cookie links nothing new", async () => {
  const cookie = cookieOf(await post(site, acceptAll()));
  await erase(cookie);
  const again = await post(site, acceptAll(), { cookie });
  assert.equal(again.status, 201);
  assert.deepEqual((await ownRecords(cookie)).entries, [], "the old one opens nothing");
  assert.equal((await ownRecords(cookieOf(again))).entries.length, 1);
});

test("erasing nothing writes nothing", async () => {
  const rows = async () =>
    (await (await site.ask("/api/consent/audit", { headers: site.admin })).text()).split("\n")
      .length;
  const cookie = cookieOf(await post(site, acceptAll()));
  await erase(cookie);
  const before = await rows();
  for (let turn = 0; turn < 3; turn += 1)
    assert.deepEqual(await (await erase(cookie)).json(), { site: "cap.kz", records: 0 });
  assert.equal(await rows(), before);
});

test("an erased visitor who chooses again is somebody new", async () => {
  const cookie = cookieOf(await post(site, acceptAll()));
  await erase(cookie);
  const again = cookieOf(await post(site, acceptAll()));
  assert.notEqual(again?.split(".")[1], cookie?.split(".")[1]);
  assert.equal((await ownRecords(again)).entries.length, 1);
});
