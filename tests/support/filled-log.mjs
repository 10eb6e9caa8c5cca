// A log with answers of many visitors, sent to the real worker as browsers send them.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { KEYS, RECEIPT_KEYS, TOKENS } from "../worker/site.mjs";

/** Opens the log of the servers that are started with these secrets. */
export const TOKEN = TOKENS[0];
export const SECRETS = { ADMIN_TOKEN: TOKENS.join(","), CONSENT_KEYS: KEYS, RECEIPT_KEYS };

const ALL = { functional: true, analytics: true, marketing: true };
const NONE = { functional: false, analytics: false, marketing: false };

/** How many visitors answer what, from where, in which language. */
const GROUPS = /** @type {const} */ ([
  ["accept_all", ALL, "DE", "kk", 22],
  ["reject_all", NONE, "FR", "en", 15],
  ["custom", { ...NONE, analytics: true }, "DE", "en", 9],
  ["accept_all", ALL, "KZ", "kk", 8],
]);
const WITHDRAWALS = 3;

/** How many records that makes. */
export const RECORDS = GROUPS.reduce((sum, [, , , , number]) => sum + number, WITHDRAWALS);

/**
 * @param {string} origin of a server whose site is `cap.kz`
 * @returns {Promise<any[]>} what the visitors were answered, in the order of the log
 */
export const fillLog = async (origin) => {
  const { revision } = await (await fetch(`${origin}/api/consent`)).json();
  /**
   * @param {string} method
   * @param {string} country
   * @param {object} words
   * @param {string} [cookie]
   */
  const send = (method, country, words, cookie) =>
    fetch(`${origin}/api/consent`, {
      method,
      body: JSON.stringify({ id: randomUUID(), ...words }),
      headers: {
        origin,
        "content-type": "application/json",
        "MF-CF-Blob": JSON.stringify({ country, isEUCountry: country === "KZ" ? undefined : "1" }),
        ...(cookie && { cookie }),
      },
    });
  const cookies = [];
  const receipts = [];
  for (const [action, choice, country, locale, number] of GROUPS) {
    for (let each = 0; each < number; each += 1) {
      const answer = await send("POST", country, {
        revision,
        locale,
        surface: "banner",
        action,
        choice,
      });
      assert.equal(answer.status, 201, await answer.clone().text());
      receipts.push(await answer.json());
      cookies.push(answer.headers.getSetCookie()[0].split(";")[0]);
    }
  }
  for (const cookie of cookies.slice(0, WITHDRAWALS)) {
    const answer = await send("DELETE", "DE", { locale: "kk", surface: "choices" }, cookie);
    assert.equal(answer.status, 200, await answer.clone().text());
    receipts.push(await answer.json());
  }
  return receipts;
};
