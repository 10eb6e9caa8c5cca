// The worker beside others that do the same, in JavaScript with and without Hono, on workerd.
// `cargo xtask bench worker` installs Hono and calls it:
//
//     node tests/bench/worker.mjs <folder with the peers> <rounds>
//
// 1. Each subject must keep the same promises first: the same answers, records and cookies, a chain
//    that holds, a retry that is one event. With 0 rounds nothing is measured.
// 2. Rounds go through the subjects in turn: questions, then choices, on kept connections. What
//    counts is the processor time of the runtime per request; the client's is not in it.
// 3. Fresh runtimes are started in turn, up to their first answer, with an empty worker among them.
//
// Prints one JSON object a subject.

import assert from "node:assert/strict";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { parse } from "smol-toml";
import { acceptAll, COOKIE, KEYS, MANIFEST, RECEIPT_KEYS } from "../worker/site.mjs";
import { connect, load, written } from "./worker/client.mjs";
import { cpuOf, prepare, start, WORKERD } from "./worker/runtime.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const [peers, rounds = "7"] = process.argv.slice(2);

/** How long each subject is asked in a round. */
const ROUND_MS = 1500;
const CLIENTS = 4;
/**
 * The logs are kept in memory where that is possible: a disk takes everyone the same milliseconds
 * and hides the rest.
 */
const MEMORY = "/dev/shm";
/** Requests that let the compiler see what is hot, before anything counts. */
const WARM_UP_MS = 1500;
/** Latency is that of one client; the share of a round that it takes. */
const ALONE_MS = 500;
/** Fresh starts of each. */
const STARTS = Number(rounds) * 3;

const date = String(
  parse(await readFile(path.join(root, "wrangler.toml"), "utf8")).compatibility_date,
);
const site = {
  manifest: JSON.stringify(MANIFEST),
  secrets: { CONSENT_KEYS: KEYS, RECEIPT_KEYS, SITE: MANIFEST.site },
  date,
};

/** @typedef {import("./worker/runtime.mjs").Subject} Subject */

/** One module of an entry, as wrangler makes it. @param {string} entry */
const bundled = async (entry) => {
  const made = await build({
    entryPoints: [path.join(root, entry)],
    nodePaths: [path.join(peers, "node_modules")],
    external: ["cloudflare:*", "node:*", "*.wasm"],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    logLevel: "error",
  });
  return {
    name: "worker.js",
    kind: /** @type {const} */ ("esModule"),
    content: made.outputFiles[0].contents,
  };
};

/** @returns {Promise<Subject>} */
const ours = async () => {
  const wasm = await readFile(path.join(root, "edge-worker/build/index_bg.wasm"));
  const modules = [
    await bundled("edge-worker/entry.mjs"),
    { name: "index_bg.wasm", kind: /** @type {const} */ ("wasm"), content: wasm },
  ];
  return {
    name: "Kelisim",
    version: "",
    modules,
    log: { binding: "CONSENT_LOG", class: "ConsentLog" },
  };
};

/** @param {string} file @param {string} name @param {string} version @returns {Promise<Subject>} */
const peer = async (file, name, version) => ({
  name,
  version,
  modules: [await bundled(`tests/bench/worker/peers/${file}`)],
  ...(name !== EMPTY && { log: { binding: "LOG", class: "Log" } }),
});

const EMPTY = "an empty worker";
const hono = JSON.parse(await readFile(path.join(peers, "node_modules/hono/package.json"), "utf8"));
const subjects = [
  await ours(),
  await peer("plain.js", "plain JavaScript", ""),
  await peer("hono.js", "Hono", hono.version),
  await peer("empty.js", EMPTY, ""),
];

const EUROPE = { country: "DE", isEUCountry: "1" };
const CF = JSON.stringify(EUROPE);

/** @param {number} port @param {string} [cookie] @param {{ cf?: object, gpc?: boolean }} [visit] */
const question = (port, cookie, { cf = EUROPE, gpc = false } = {}) => {
  const blob = { "mf-cf-blob": JSON.stringify(cf) };
  const headers = { ...blob, ...(cookie && { cookie }), ...(gpc && { "sec-gpc": "1" }) };
  return written({ method: "GET", port, headers });
};

/** @param {number} port @param {object} [changes] @param {string} [cookie] */
const choice = (port, changes, cookie) => {
  const body = JSON.stringify(acceptAll({ id: randomUUID(), ...changes }));
  return written({
    method: "POST",
    port,
    headers: {
      "mf-cf-blob": CF,
      origin: `http://localhost:${port}`,
      "content-type": "application/json",
      ...(cookie && { cookie }),
    },
    body,
  });
};

/**
 * The cookies of an answer, as a browser sends them: the consent cookie, then its companion.
 * @param {import("./worker/client.mjs").Answer} answer
 */
const cookiesOf = ({ head }) =>
  [...head.matchAll(/^set-cookie: ([^;]+)/gim)].map(([, pair]) => pair);

/**
 * What a record says of its visitor.
 * @param {string} companion name and value of the cookie
 * @param {string} id of the event
 */
const commitmentOf = (companion, id) => {
  const subject = companion.replace(/^.*=|\..*$/g, "");
  return createHash("sha256").update(Buffer.from(subject, "base64url")).update(id).digest("hex");
};

/**
 * That a subject does what the others do; and the cookies of a visitor who has chosen.
 * @param {number} port
 */
const examine = async (port) => {
  const { ask, close } = await connect(port);
  const asked = JSON.parse((await ask(question(port))).body);
  assert.deepEqual(asked, {
    regime: "opt_in",
    revision: MANIFEST.revision,
    gpc: false,
    defaults: { analytics: false, functional: false, marketing: false },
    choice: null,
    expires: null,
    ask: true,
    services: {},
    withheld: [],
  });
  for (const { country, gpc, ...expected } of [
    { country: "KZ", gpc: false, regime: "notice", runs: ["functional"] },
    {
      country: "US",
      gpc: false,
      regime: "opt_out",
      runs: ["analytics", "functional", "marketing"],
    },
    { country: "US", gpc: true, regime: "opt_out", runs: ["analytics", "functional"] },
  ]) {
    const visit = question(port, undefined, { cf: { country }, gpc });
    const { regime, defaults } = JSON.parse((await ask(visit)).body);
    const runs = Object.keys(defaults).filter((name) => defaults[name]);
    assert.deepEqual({ regime, runs }, expected, `${country}, ${gpc}`);
  }
  const [id, secret] = [randomUUID(), randomBytes(16).toString("base64url")];
  const words = choice(port, { id, secret });
  const [first, second, again] = [await ask(choice(port)), await ask(words), await ask(words)];
  const [one, two] = [first, second].map(({ status, body }) => {
    assert.equal(status, 201, body);
    return JSON.parse(body);
  });
  assert.deepEqual([one.sequence, two.sequence, two.previous], [1, 2, one.hash]);
  for (const { record, previous, hash } of [one, two]) {
    const chained = createHash("sha256")
      .update(Buffer.from(previous, "hex"))
      .update(JSON.stringify(record));
    assert.equal(hash, chained.digest("hex"));
    assert.deepEqual(Object.keys(record), Object.keys(record).sort(), "canonical");
  }
  assert.deepEqual(JSON.parse(again.body), two, "a retry is the same event");
  assert.deepEqual(cookiesOf(again), cookiesOf(second), "and the same visitor");
  const { status: stranger } = await ask(choice(port, { id }));
  assert.equal(stranger, 409, "without the secret it is somebody else's");
  const { commitment, time, ...record } = two.record;
  assert.deepEqual(record, {
    action: "accept_all",
    choice: { analytics: true, functional: true, marketing: true },
    country: "DE",
    gpc: false,
    id,
    locale: "kk",
    regime: "opt_in",
    retention: `P${MANIFEST.retention_days}D`,
    revision: MANIFEST.revision,
    schema: "kelisim.consent/2",
    services: {},
    site: MANIFEST.site,
    surface: "banner",
    text: MANIFEST.shown.kk.banner,
    validity: `P${MANIFEST.choice_days}D`,
    withdraws: null,
  });
  assert.deepEqual(
    [commitment.length, Buffer.from(two.signature.ed25519, "base64url").length],
    [64, 64],
  );
  const [[, foreign], [consent, companion]] = [first, second].map(cookiesOf);
  const scopes = Object.values(MANIFEST.scopes).map(([present]) => present);
  const issued = Math.floor(Date.parse(time) / 1000).toString(36);
  const value = String.raw`2\.[\w-]{22}\.700\.${scopes.join("")}\.\.\.\.${issued}\.2\.[\w-]{22}`;
  assert.match(consent, new RegExp(`^${COOKIE}=${value}$`));
  const cookies = `${consent}; ${companion}`;
  const known = JSON.parse((await ask(question(port, cookies))).body);
  assert.deepEqual(
    known,
    {
      ...asked,
      defaults: two.record.choice,
      choice: two.record.choice,
      expires: two.cookie.expires,
      ask: false,
    },
    "what was chosen is in force",
  );
  const signalled = JSON.parse((await ask(question(port, cookies, { gpc: true }))).body);
  assert.deepEqual(signalled.choice, { ...two.record.choice, marketing: false });
  const forged = `${consent.slice(0, -10)}${consent.at(-10) === "A" ? "B" : "A"}${consent.slice(-9)}`;
  for (const [sent, why] of [
    [`${forged}; ${companion}`, "a forged cookie is none"],
    [`${consent}; ${foreign}`, "the cookie of another browser is none"],
  ])
    assert.deepEqual(JSON.parse((await ask(question(port, sent))).body), asked, why);
  const { record: joined } = JSON.parse((await ask(choice(port, {}, cookies))).body);
  assert.equal(
    joined.commitment,
    commitmentOf(companion, joined.id),
    "the companion is the visitor",
  );
  for (const wrong of [
    { revision: "00000000" },
    { locale: "xx" },
    { choice: { essential: false } },
    { id: "1" },
    { secret: "1" },
  ]) {
    const { status } = await ask(choice(port, wrong));
    assert.ok(status >= 400 && status < 500, `${status}`);
  }
  close();
  return cookies;
};

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * @typedef {{ cpu: number, rate: number, wait: number }} Cost microseconds of the processor per
 *   request, requests a second, milliseconds
 */

/**
 * @param {{ pid: number, port: number }} runtime
 * @param {{ request: () => string, status: number }} what
 * @returns {Promise<Cost>}
 */
const costOf = async ({ pid, port }, what) => {
  const before = await cpuOf(pid);
  const { requests, seconds } = await load(port, { clients: CLIENTS, millis: ROUND_MS, ...what });
  const cpu = ((await cpuOf(pid)) - before) * 1e6;
  const { waits } = await load(port, { clients: 1, millis: ALONE_MS, ...what });
  return { cpu: cpu / requests, rate: requests / seconds, wait: median(waits) };
};

/** From nothing to the first answer. @param {string} folder */
const firstAnswer = async (folder) => {
  const started = performance.now();
  const runtime = await start(folder);
  try {
    const { ask, close } = await connect(runtime.port);
    const { status, body } = await ask(question(runtime.port));
    const wall = performance.now() - started;
    assert.equal(status, 200, body);
    close();
    return { wall, cpu: (await cpuOf(runtime.pid)) * 1000 };
  } finally {
    await runtime.stop();
  }
};

/**
 * What compiling and instantiating the module takes, in milliseconds, in the same engine but in
 * this process.
 * @param {Subject} subject
 */
const instantiation = ({ modules }) => {
  const wasm = modules.find(({ kind }) => kind === "wasm");
  if (wasm === undefined) return null;
  const times = Array.from({ length: STARTS }, () => {
    const started = performance.now();
    const module = new WebAssembly.Module(/** @type {Uint8Array<ArrayBuffer>} */ (wasm.content));
    const compiled = performance.now();
    new WebAssembly.Instance(module, importsOf(module));
    return [compiled - started, performance.now() - compiled];
  });
  return [0, 1].map((which) => median(times.map((time) => time[which])));
};

/** Something for everything that a module wants. @param {WebAssembly.Module} module */
const importsOf = (module) => {
  /** @type {Record<string, Record<string, any>>} */
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const tag = () => new /** @type {any} */ (WebAssembly).Tag({ parameters: ["externref"] });
    imports[from] ??= {};
    imports[from][name] = kind === "function" ? () => 0 : tag();
  }
  return imports;
};

const scratch = await mkdtemp(
  path.join(existsSync(MEMORY) ? MEMORY : os.tmpdir(), "kelisim-bench-"),
);
const folders = subjects.map((_, at) => path.join(scratch, String(at)));
/** @type {{ pid: number, port: number, stop: () => Promise<void> }[]} */
const running = [];
try {
  for (const [at, subject] of subjects.entries()) await prepare(folders[at], subject, site);
  /** @type {{ wall: number, cpu: number }[][]} */
  const starts = subjects.map(() => []);
  for (let round = 0; round < STARTS; round += 1)
    for (const [at, folder] of folders.entries()) starts[at].push(await firstAnswer(folder));

  /** @type {{ get: Cost[], post: Cost[] }[]} */
  const costs = subjects.map(() => ({ get: [], post: [] }));
  /** @type {{ request: () => string, status: number }[][]} */
  const loads = [];
  const workers = subjects.filter(({ name }) => name !== EMPTY);
  for (const at of workers.keys()) {
    const runtime = await start(folders[at]);
    running.push(runtime);
    const asked = question(runtime.port, await examine(runtime.port));
    loads.push([
      { request: () => asked, status: 200 },
      { request: () => choice(runtime.port), status: 201 },
    ]);
    for (const what of loads[at])
      await load(runtime.port, { clients: CLIENTS, millis: WARM_UP_MS, ...what });
  }
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const at of workers.keys()) costs[at].get.push(await costOf(running[at], loads[at][0]));
    for (const at of workers.keys()) costs[at].post.push(await costOf(running[at], loads[at][1]));
  }
  for (const [at, subject] of subjects.entries()) {
    const of = (/** @type {"get" | "post"} */ what) => {
      const all = costs[at][what];
      if (all.length === 0) return null;
      // Of the same round: what slows the machine for a while slows all of them.
      const ratio = median(all.map(({ cpu }, round) => cpu / costs[0][what][round].cpu));
      return {
        cpu: median(all.map(({ cpu }) => cpu)),
        ratio,
        rate: median(all.map(({ rate }) => rate)),
        wait: median(all.map(({ wait }) => wait)),
      };
    };
    const start = {
      wall: median(starts[at].map(({ wall }) => wall)),
      cpu: median(starts[at].map(({ cpu }) => cpu)),
    };
    const { name, version } = subject;
    console.log(
      JSON.stringify({
        name,
        version,
        workerd: WORKERD,
        get: of("get"),
        post: of("post"),
        start,
        instantiation: instantiation(subject),
      }),
    );
  }
} finally {
  for (const { stop } of running) await stop();
  await rm(scratch, { recursive: true, force: true });
}
