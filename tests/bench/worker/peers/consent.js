// What a consent endpoint has to do, in JavaScript as it is usually written: decide by country and
// cookie, check a choice, have it logged, sign receipt and cookies. Hashes are node:crypto's, which
// wait for nothing; WebCrypto's would take longer.
//
// Nothing of this is measured, so it is left out: answers other than for all categories (one
// service, a closed banner, a signal, a withdrawal), cookies of version 1, of an erasure and under
// another domain, their renewal, the expiry of the services' cookies after a refusal, and what the
// measured site has none of: services, regimes of its own, categories out of use.

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { sha256 } from "./tree.js";

const COOKIE = "kelisim_cc_cookie";
const SUBJECT_COOKIE = "__Host-kelisim_subject";
const COOKIE_SECONDS = 400 * 86_400;
/** In the order of their bits in the cookie. */
const CATEGORIES = ["functional", "analytics", "marketing"];
const MOST_BYTES = 4096;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ACTIONS = ["accept_all", "reject_all", "custom"];
const SECRET = /^[\w-]{22}$/;
const MEMBERS = ["id", "secret", "revision", "locale", "surface", "action", "choice"];
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

/** @typedef {{ status: number, body: object, cookies?: string[] }} Answer */

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
  const [[, seed]] = listed(env.RECEIPT_KEYS);
  const pkcs8 = Buffer.concat([Buffer.from(PKCS8, "hex"), seed]);
  const signing = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { x } = await crypto.subtle.exportKey("jwk", signing);
  const origin = `${manifest.site}/log`;
  const keyId = sha256(origin, "\n\x01", Buffer.from(x, "base64url")).subarray(0, 4);
  return { manifest, keys: new Map(listed(env.CONSENT_KEYS)), signing, origin, keyId };
};

/** A receipt (c2sp.org/tlog-proof) with a checkpoint that is signed for it. */
const receiptOf = async ({ signing, origin, keyId }, { record, index, size, root, path }) => {
  const text = `${origin}\n${size}\n${Buffer.from(root).toString("base64")}\n`;
  const signature = await crypto.subtle.sign("Ed25519", signing, new TextEncoder().encode(text));
  const signed = Buffer.concat([keyId, new Uint8Array(signature)]).toString("base64");
  const extra = Buffer.from(JSON.stringify(record)).toString("base64");
  const hashes = path.map((hash) => `${Buffer.from(hash).toString("base64")}\n`).join("");
  return `c2sp.org/tlog-proof@v1\nextra ${extra}\nindex ${index}\n${hashes}\n${text}\n— ${origin} ${signed}\n`;
};

const hasGpc = ({ header }) => header("Sec-GPC") === "1";

const regimeOf = ({ cf }) => {
  const isEu = cf?.isEUCountry !== undefined && cf.isEUCountry !== "0";
  if (isEu || typeof cf?.country !== "string") return "opt_in";
  return { US: "opt_out", KZ: "notice" }[cf.country] ?? "opt_in";
};

const refusalDaysOf = ({ manifest }, { cf }) =>
  Math.max(manifest.refusal_days, cf?.country === "US" ? 366 : 184);

/** In alphabetical order, which the record's canonical text has. */
const choiceOf = (isGranted) => ({
  analytics: isGranted("analytics"),
  functional: isGranted("functional"),
  marketing: isGranted("marketing"),
});

const macOf = (secret, site, context, text) =>
  createHmac("sha256", secret).update(`${context}\n${site}\n${text}`).digest().subarray(0, 16);

const signed = ({ manifest, keys }, context, content) => {
  const [number, secret] = keys.entries().next().value;
  const text = `${content}.${number}`;
  return `${text}.${macOf(secret, manifest.site, context, text).toString("base64url")}`;
};

/** What stands before key and MAC, if one of the keys signed it. */
const verified = ({ manifest, keys }, context, value) => {
  const [, text, content, number, mac] = /^((.+)\.(\d+))\.([\w-]{22})$/.exec(value) ?? [];
  const secret = keys.get(number);
  if (secret === undefined) return;
  const isGenuine = timingSafeEqual(
    macOf(secret, manifest.site, context, text),
    Buffer.from(mac, "base64url"),
  );
  return isGenuine ? content : undefined;
};

const bitsOf = (names) => names.reduce((bits, name) => bits | (1 << CATEGORIES.indexOf(name)), 0);

/** The cookie's value: `granted` maps categories to the scopes under which they are. */
const written = (site, { subject, granted, refused, issued }) => {
  const state = `${bitsOf(Object.keys(granted))}${bitsOf(refused)}0`;
  const scopes = Object.values(granted).join("");
  const seconds = (issued / 1000).toString(36);
  return signed(site, "kelisim.cookie/2", `2.${subject}.${state}.${scopes}....${seconds}`);
};

/** Only the MAC is checked: what is signed is well-formed. */
const read = (site, value) => {
  const content = verified(site, "kelisim.cookie/2", value);
  if (content === undefined) return;
  const [, subject, state, scopes, , grantedAt, refusedAt, issued] = content.split(".");
  const named = (digit) => CATEGORIES.filter((_, bit) => Number(digit) & (1 << bit));
  const scoped = named(state[0]).map((name, at) => [name, scopes.slice(4 * at, 4 * at + 4)]);
  const time = (field) => parseInt(field || issued, 36) * 1000;
  return {
    subject,
    granted: Object.fromEntries(scoped),
    refused: named(state[1]),
    grantedAt: time(grantedAt),
    refusedAt: time(refusedAt),
    issued: time(issued),
  };
};

const sent = (header, name) =>
  (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));

/** The subject that no other host below the same domain can have planted. */
const companionOf = (site, { header }) => {
  const [value] = sent(header("Cookie"), SUBJECT_COOKIE);
  return value && verified(site, "kelisim.subject/1", value);
};

/**
 * The visitor's cookie: of several of one browser the last. A conflict: they are of different
 * browsers, or of another one than the companion.
 */
const rememberedOf = (site, call) => {
  const valid = sent(call.header("Cookie"), COOKIE)
    .map((value) => read(site, value))
    .filter((cookie) => cookie !== undefined);
  if (valid.length === 0) return {};
  const companion = companionOf(site, call);
  const own = companion ? valid.filter(({ subject }) => subject === companion) : valid;
  if (new Set(own.map(({ subject }) => subject)).size !== 1) return { isConflict: true };
  return { cookie: own.reduce((one, other) => (other.issued > one.issued ? other : one)) };
};

const NOTHING = { granted: {}, refused: [], grantedAt: 0, refusedAt: 0 };

const decide = (site, call, { cookie = NOTHING, isConflict = false }, now) => {
  const { manifest } = site;
  const [gpc, regime] = [hasGpc(call), regimeOf(call)];
  const grantsUntil = cookie.grantedAt + manifest.choice_days * DAY_MS;
  const refusalsUntil = cookie.refusedAt + refusalDaysOf(site, call) * DAY_MS;
  const isGranted = (name) =>
    now < grantsUntil && manifest.scopes[name].includes(cookie.granted[name]);
  const isRefused = (name) => cookie.refused.includes(name);
  const isUsual = (name) => regime === "opt_out" || (regime === "notice" && name === "functional");
  const isDenied = (name) => isConflict || (gpc && name === "marketing");
  const ask = CATEGORIES.some(
    (name) => !isGranted(name) && !(isRefused(name) && now < refusalsUntil),
  );
  const until = Math.min(
    Object.keys(cookie.granted).length > 0 ? grantsUntil : Infinity,
    cookie.refused.length > 0 ? refusalsUntil : Infinity,
  );
  return {
    regime,
    revision: manifest.revision,
    gpc,
    defaults: choiceOf(
      (name) => !isDenied(name) && (isGranted(name) || (isUsual(name) && !isRefused(name))),
    ),
    choice: ask ? null : choiceOf((name) => isGranted(name) && !isDenied(name)),
    expires: ask ? null : new Date(until).toISOString(),
    ask,
    services: {},
    withheld: [],
  };
};

/** What a page is told about its visitor. @returns {Answer} */
export const stateOf = (site, call) => ({
  status: 200,
  body: decide(site, call, rememberedOf(site, call), Date.now()),
});

const problem = (status, detail) => ({
  status,
  body: { type: "about:blank", title: "refused", status, detail },
});

/** The draft of a record, or what is wrong with the words. */
const draftOf = (site, call, words) => {
  const { manifest } = site;
  const isWellFormed =
    typeof words === "object" &&
    words !== null &&
    Object.keys(words).every((name) => MEMBERS.includes(name)) &&
    ID.test(words.id) &&
    (words.secret === undefined || SECRET.test(words.secret)) &&
    ACTIONS.includes(words.action) &&
    typeof words.choice === "object" &&
    words.choice !== null;
  if (!isWellFormed) return problem(400, "the body is not what is expected");
  if (words.revision !== manifest.revision)
    return problem(409, "the page shows an earlier revision");
  const text =
    Object.hasOwn(manifest.shown, words.locale) && manifest.shown[words.locale][words.surface];
  if (!text) return problem(422, "the site has no such locale");
  const { essential = true, ...sentChoice } = words.choice;
  const isChoice =
    essential === true &&
    Object.entries(sentChoice).every(
      ([name, granted]) => CATEGORIES.includes(name) && typeof granted === "boolean",
    );
  if (!isChoice) return problem(422, "there is no such category");
  const wanted = { accept_all: true, reject_all: false }[words.action];
  const isGranted = (name) => sentChoice[name] ?? false;
  if (wanted !== undefined && !CATEGORIES.every((name) => isGranted(name) === wanted))
    return problem(422, "`action` and `choice` disagree");
  const gpc = hasGpc(call);
  const choice = choiceOf((name) => isGranted(name) && !(gpc && name === "marketing"));
  const isRefusal = !CATEGORIES.some((name) => choice[name]);
  return {
    action: words.action,
    choice,
    commitment: "",
    country: call.cf?.country ?? null,
    gpc,
    id: words.id.toLowerCase(),
    locale: words.locale,
    regime: regimeOf(call),
    retention: `P${manifest.retention_days}D`,
    revision: manifest.revision,
    schema: "kelisim.consent/2",
    services: {},
    site: manifest.site,
    surface: words.surface,
    text,
    time: "",
    validity: `P${isRefusal ? refusalDaysOf(site, call) : manifest.choice_days}D`,
    withdraws: null,
  };
};

/** The cookie after a record. An answer for all categories replaces what was there. */
const cookieAfter = ({ manifest }, { choice, time }, subject) => {
  const issued = Math.floor(Date.parse(time) / 1000) * 1000;
  const granted = CATEGORIES.filter((name) => choice[name]);
  return {
    subject,
    granted: Object.fromEntries(granted.map((name) => [name, manifest.scopes[name][0]])),
    refused: CATEGORIES.filter((name) => !choice[name]),
    grantedAt: issued,
    refusedAt: issued,
    issued,
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

/** How long one call to the log may take, in milliseconds. */
const LOG_TIMEOUT = 4000;

/** What the log answers; nothing when it fails or takes too long twice. */
const answerOf = async (log, words) => {
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      const answer = log.append(...words);
      const logged = await Promise.race([answer, scheduler.wait(LOG_TIMEOUT)]);
      if (logged !== undefined) return logged;
    } catch (error) {
      console.error(error);
    }
  }
  return undefined;
};

/** Has a choice logged. @returns {Promise<Answer>} */
export const record = async (site, env, call, text) => {
  if (text.length > MOST_BYTES) return problem(413, "a body has at most 4096 bytes");
  let sent;
  try {
    sent = JSON.parse(text);
  } catch {
    return problem(400, "the body is not JSON");
  }
  const draft = draftOf(site, call, sent);
  if (draft.status !== undefined) return draft;
  // Nobody can repeat the random bytes of a page without a secret.
  const secret = sha256(sent.secret ?? randomBytes(16));
  const words = [draft, companionOf(site, call), secret, Date.now()];
  const logged = await answerOf(env.LOG.getByName(site.manifest.site), words);
  if (logged === undefined) return problem(503, "the log doesn't answer");
  if (logged === null) return problem(409, "this event id was used for another event");
  const { record: entry, index, subject, isLatest } = logged;
  const receipt = await receiptOf(site, logged);
  const cookie = cookieAfter(site, entry, subject);
  // The cookie holds whole seconds: a later question is answered the same.
  const { expires } = decide(site, call, { cookie }, cookie.issued);
  const attributes = `Max-Age=${COOKIE_SECONDS}; Path=/; Secure`;
  const companion = signed(site, "kelisim.subject/1", subject);
  return {
    status: 201,
    body: {
      record: entry,
      index,
      receipt,
      cookie: { name: COOKIE, max_age: COOKIE_SECONDS, expires },
    },
    // A late retry must not replace the cookie of a later choice.
    cookies: isLatest
      ? [
          `${COOKIE}=${written(site, cookie)}; ${attributes}; SameSite=Lax`,
          `${SUBJECT_COOKIE}=${companion}; ${attributes}; HttpOnly; SameSite=Lax`,
        ]
      : [],
  };
};
