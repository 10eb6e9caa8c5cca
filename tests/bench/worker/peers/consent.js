// What a consent endpoint has to do, in JavaScript as it is usually written: decide by country and
// cookie, check a choice, have it logged, sign receipt and cookie. Hashes are node:crypto's, which
// wait for nothing; WebCrypto's would take longer.

import { createHmac, timingSafeEqual } from "node:crypto";

const COOKIE = "kelisim_cc_cookie";
const MOST_BYTES = 4096;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ACTIONS = ["accept_all", "reject_all", "custom"];
const MEMBERS = ["id", "revision", "locale", "surface", "action", "choice"];
const DAY_MS = 86_400_000;
const PKCS8 = "302e020100300506032b657004220420";

export const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "same-origin",
  "Strict-Transport-Security": "max-age=63072000",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  Vary: "Cookie, Origin, Sec-GPC",
};

/** @typedef {{ status: number, body: object, cookie?: string }} Answer */

let loaded;
/** Manifest and keys; a deployment never changes under a running instance. */
export const siteOf = (env) => (loaded ??= load(env));

const load = async (env) => {
  const manifest = await (await env.ASSETS.fetch("https://assets/manifest.json")).json();
  const listed = (text) =>
    text
      .split(",")
      .map((entry) => entry.split(":"))
      .map(([number, secret]) => [number, Buffer.from(secret, "hex")]);
  const [kid, seed] = listed(env.RECEIPT_KEYS)[0];
  const pkcs8 = Buffer.concat([Buffer.from(PKCS8, "hex"), seed]);
  const signing = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
  return { manifest, keys: new Map(listed(env.CONSENT_KEYS)), signing, kid };
};

const regimeOf = (cf) => {
  const isEu = cf?.isEUCountry !== undefined && cf.isEUCountry !== "0";
  if (isEu || typeof cf?.country !== "string") return "opt_in";
  return { US: "opt_out", KZ: "notice" }[cf.country] ?? "opt_in";
};

const defaultsOf = (regime, gpc) => ({
  analytics: regime === "opt_out",
  functional: regime !== "opt_in",
  marketing: regime === "opt_out" && !gpc,
});

const macOf = (secret, site, signed) =>
  createHmac("sha256", secret)
    .update(`kelisim.cookie/1\n${site}\n${signed}`)
    .digest()
    .subarray(0, 16);

const verified = ({ manifest, keys }, value) => {
  const [version, subject, revision, digit, issued, number, mac, ...more] = value.split(".");
  const secret = keys.get(number);
  if (version !== "1" || secret === undefined || mac?.length !== 22 || more.length > 0) return;
  if (
    !timingSafeEqual(
      macOf(secret, manifest.site, value.slice(0, -23)),
      Buffer.from(mac, "base64url"),
    )
  )
    return;
  const bits = Number(digit);
  const choice = {
    analytics: (bits & 2) !== 0,
    functional: (bits & 1) !== 0,
    marketing: (bits & 4) !== 0,
  };
  return { subject, revision, choice, issued: parseInt(issued, 36) * 1000 };
};

const remembered = (site, header) => {
  const found = (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${COOKIE}=`));
  return found
    .map((pair) => verified(site, pair.slice(COOKIE.length + 1)))
    .find((cookie) => cookie !== undefined);
};

const signedCookie = ({ manifest, keys }, subject, record) => {
  const [number, secret] = keys.entries().next().value;
  const { functional, analytics, marketing } = record.choice;
  const digit = Number(functional) | (Number(analytics) << 1) | (Number(marketing) << 2);
  const issued = Math.floor(Date.parse(record.time) / 1000).toString(36);
  const signed = `1.${subject}.${record.revision}.${digit}.${issued}.${number}`;
  const mac = macOf(secret, manifest.site, signed).toString("base64url");
  return `${COOKIE}=${signed}.${mac}; Max-Age=${manifest.choice_days * 86_400}; Path=/; Secure; SameSite=Lax`;
};

/** What a page is told about its visitor. @returns {Answer} */
export const stateOf = (site, { cf, header }) => {
  const gpc = header("Sec-GPC") === "1";
  const regime = regimeOf(cf);
  const cookie = remembered(site, header("Cookie"));
  const until = cookie && cookie.issued + site.manifest.choice_days * DAY_MS;
  const holds =
    cookie !== undefined && cookie.revision === site.manifest.revision && until > Date.now();
  const choice = holds ? { ...cookie.choice, marketing: cookie.choice.marketing && !gpc } : null;
  const expires = holds ? new Date(until).toISOString() : null;
  return {
    status: 200,
    body: {
      regime,
      revision: site.manifest.revision,
      gpc,
      defaults: defaultsOf(regime, gpc),
      choice,
      expires,
    },
  };
};

const problem = (status, detail) => ({
  status,
  body: { type: "about:blank", title: "refused", status, detail },
});

/** The draft of a record, or what is wrong with the words. */
const draftOf = ({ manifest }, { cf, header }, words) => {
  const isObject =
    typeof words === "object" &&
    words !== null &&
    Object.keys(words).every((name) => MEMBERS.includes(name));
  if (!isObject || typeof words.id !== "string" || !ID.test(words.id))
    return problem(400, "the body is not what is expected");
  if (!ACTIONS.includes(words.action) || typeof words.choice !== "object")
    return problem(400, "the body is not what is expected");
  if (words.revision !== manifest.revision)
    return problem(409, "the page shows an earlier revision");
  const text =
    Object.hasOwn(manifest.shown, words.locale) && manifest.shown[words.locale][words.surface];
  if (!text) return problem(422, "the site has no such locale");
  const {
    analytics = false,
    functional = false,
    marketing = false,
    essential = true,
    ...more
  } = words.choice;
  const isChoice =
    [analytics, functional, marketing].every((granted) => typeof granted === "boolean") &&
    essential === true;
  if (!isChoice || Object.keys(more).length > 0) return problem(422, "there is no such category");
  const wanted = { accept_all: true, reject_all: false }[words.action];
  if (
    wanted !== undefined &&
    ![analytics, functional, marketing].every((granted) => granted === wanted)
  )
    return problem(422, "`action` and `choice` disagree");
  const gpc = header("Sec-GPC") === "1";
  return {
    action: words.action,
    choice: { analytics, functional, marketing: marketing && !gpc },
    commitment: "",
    country: cf?.country ?? null,
    gpc,
    id: words.id.toLowerCase(),
    locale: words.locale,
    regime: regimeOf(cf),
    retention: `P${manifest.retention_days}D`,
    revision: manifest.revision,
    schema: "kelisim.consent/1",
    site: manifest.site,
    surface: words.surface,
    text,
    time: "",
    validity: `P${manifest.choice_days}D`,
    withdraws: null,
  };
};

/** Whether a page of this site may speak; what a body may look like. */
export const refusalOf = ({ manifest }, { origin, header }) => {
  const speaker = header("Origin");
  if (
    header("Sec-Fetch-Site") === "none" ||
    (speaker !== origin && !manifest.origins.includes(speaker))
  )
    return problem(403, "only pages of the site may do this");
  if (header("Content-Type")?.split(";")[0].trim() !== "application/json")
    return problem(415, "send application/json");
  if (Number(header("Content-Length") ?? 0) > MOST_BYTES)
    return problem(413, "a body has at most 4096 bytes");
};

/** Has a choice logged. @returns {Promise<Answer>} */
export const record = async (site, env, call, text) => {
  if (text.length > MOST_BYTES) return problem(413, "a body has at most 4096 bytes");
  let words;
  try {
    words = JSON.parse(text);
  } catch {
    return problem(400, "the body is not JSON");
  }
  const draft = draftOf(site, call, words);
  if (draft.status !== undefined) return draft;
  const { manifest, signing, kid } = site;
  const logged = await env.LOG.getByName(manifest.site).append(
    draft,
    remembered(site, call.header("Cookie"))?.subject,
  );
  if (logged === null) return problem(409, "this event id was used for another event");
  const { entry, subject } = logged;
  const message = new TextEncoder().encode(
    `kelisim.receipt/1\n${manifest.site}\n${entry.sequence}\n${entry.hash}`,
  );
  const signature = Buffer.from(await crypto.subtle.sign("Ed25519", signing, message)).toString(
    "base64url",
  );
  const seconds = Math.floor(Date.parse(entry.record.time) / 1000);
  const expires = new Date(seconds * 1000 + manifest.choice_days * DAY_MS).toISOString();
  return {
    status: 201,
    body: {
      ...entry,
      signature: { kid, ed25519: signature },
      cookie: { name: COOKIE, max_age: manifest.choice_days * 86_400, expires },
    },
    cookie: signedCookie(site, subject, entry.record),
  };
};
