// The worker beside others that do the same, in JavaScript with and without Hono, on workerd.
// `cargo xtask bench worker` installs Hono and calls it:
//
//     node tests/bench/worker.mjs <folder with the peers> <rounds>
//
// 1. Each subject must keep the same promises first: the same answers, records and cookies, receipts
//    that verify, a retry that is one event. With 0 rounds nothing is measured.
//    What a choice takes is counted: as many calls, signatures, hashes and rows as ours.
// 2. Rounds go through the subjects in turn: questions, then choices, on kept connections. What
//    counts is the processor time of the runtime per request; the client's is not in it.
// 3. Fresh runtimes are started in turn, up to their first answer, with an empty worker among them.
//
// Prints one JSON object a subject.

import assert from "node:assert/strict";
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  randomUUID,
} from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { parse } from "smol-toml";
import { acceptAll, COOKIE, KEYS, MANIFEST, RECEIPT_KEYS } from "../worker/site.mjs";
import { keyOf, readReceipt } from "../worker/tree.mjs";
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
/** The log's public key. */
const LOG_KEY = (() => {
  const seed = Buffer.from(RECEIPT_KEYS.split(/[:,]/)[1], "hex");
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const { x } = createPublicKey(key).export({ format: "jwk" });
  return keyOf(`${MANIFEST.site}/log`, 1, Buffer.from(String(x), "base64url"));
})();

const site = {
  manifest: JSON.stringify(MANIFEST),
  secrets: { CONSENT_KEYS: KEYS, RECEIPT_KEYS, SITE: MANIFEST.site },
  date,
};

/** @typedef {import("./worker/runtime.mjs").Subject} Subject */

/**
 * Lets the modules of the peers hash by the module that counts.
 * @type {import("esbuild").Plugin}
 */
const countedCrypto = {
  name: "counted crypto",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^node:crypto$/ }, ({ importer }) =>
      importer.endsWith(COUNTED_CRYPTO)
        ? undefined
        : { path: path.join(path.dirname(importer), COUNTED_CRYPTO) },
    ),
};
const COUNTED_CRYPTO = "counted-crypto.js";

/**
 * One module of an entry, as wrangler makes it.
 * @param {string} entry
 * @param {import("esbuild").Plugin[]} [plugins]
 */
const bundled = async (entry, plugins = []) => {
  const made = await build({
    entryPoints: [path.join(root, entry)],
    plugins,
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

/** @param {string} [entry] @returns {Promise<Subject>} */
const ours = async (entry = "edge-worker/entry.mjs") => {
  const wasm = await readFile(path.join(root, "edge-worker/build/index_bg.wasm"));
  const modules = [
    await bundled(entry),
    { name: "index_bg.wasm", kind: /** @type {const} */ ("wasm"), content: wasm },
  ];
  return {
    name: "Kelisim",
    version: "",
    modules,
    log: { binding: "CONSENT_LOG", class: "ConsentLog" },
  };
};

/**
 * @param {string} file
 * @param {string} name
 * @param {string} [version]
 * @param {import("esbuild").Plugin[]} [plugins]
 * @returns {Promise<Subject>}
 */
const peer = async (file, name, version = "", plugins) => ({
  name,
  version,
  modules: [await bundled(`tests/bench/worker/peers/${file}`, plugins)],
  ...(name !== EMPTY && { log: { binding: "LOG", class: "Log" } }),
});

const EMPTY = "an empty worker";
const PLAIN = "plain JavaScript";
const hono = JSON.parse(await readFile(path.join(peers, "node_modules/hono/package.json"), "utf8"));
const subjects = [
  await ours(),
  await peer("plain.js", PLAIN),
  await peer("hono.js", "Hono", hono.version),
  await peer("empty.js", EMPTY),
];
/** The same with everything counted that a choice takes; Hono's is the plain one's. */
const counting = [
  { of: subjects[0].name, subject: await ours("tests/worker/counting-log.mjs") },
  { of: PLAIN, subject: await peer("counted.js", PLAIN, "", [countedCrypto]) },
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

/** The client reads bytes as characters. @param {string} body */
const read = (body) => JSON.parse(Buffer.from(body, "latin1").toString());

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
    return read(body);
  });
  const third = read(again.body);
  const proofs = [one, two, third].map(({ receipt }) => readReceipt(receipt, [LOG_KEY]));
  assert.deepEqual(
    proofs.map(({ index, checkpoint }) => [index, checkpoint.size]),
    [
      [1, 2],
      [2, 3],
      [2, 3],
    ],
  );
  for (const [at, { record, index }] of [one, two, third].entries()) {
    assert.deepEqual([JSON.stringify(record), index], [proofs[at].record, proofs[at].index]);
    assert.deepEqual(Object.keys(record), Object.keys(record).sort(), "canonical");
  }
  assert.deepEqual(third.record, two.record, "a retry is the same event");
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
  assert.equal(commitment.length, 64);
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

/** How many entries the log has when a choice is counted. */
const BEFORE = 300;

/**
 * What a new visitor's choice takes, counted.
 * @param {string} folder
 * @returns {Promise<Record<string, number>>}
 */
const countsOf = async (folder) => {
  const runtime = await start(folder);
  try {
    const { ask, close } = await connect(runtime.port);
    // The log has its entry 0.
    for (let entry = 1; entry < BEFORE; entry += 1) await ask(choice(runtime.port));
    const count = { method: "GET", port: runtime.port, headers: {}, path: "/api/count" };
    await ask(written(count));
    assert.equal((await ask(choice(runtime.port))).status, 201);
    const { body } = await ask(written(count));
    close();
    return JSON.parse(body);
  } finally {
    await runtime.stop();
  }
};

/**
 * Hashes of a new visitor's choice: of the page's secret, for the subject and its link twice each,
 * the commitment, and the leaf; then those of the tree. The tests of edge-worker count ours.
 * @param {number} size of the tree before
 */
const hashesOf = (size) => {
  const ones = (/** @type {number} */ number) => number.toString(2).replaceAll("0", "").length;
  const joined = ones(size ^ (size + 1)) - 1;
  return 7 + joined + ones(size + 1) - 1;
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
const countingFolders = counting.map((_, at) => path.join(scratch, `counting ${at}`));
/** @type {{ pid: number, port: number, stop: () => Promise<void> }[]} */
const running = [];
try {
  for (const [at, subject] of subjects.entries()) await prepare(folders[at], subject, site);
  /** @type {Map<string, Record<string, number>>} */
  const counts = new Map();
  for (const [at, { of, subject }] of counting.entries()) {
    await prepare(countingFolders[at], subject, site);
    counts.set(of, await countsOf(countingFolders[at]));
  }
  const [own, plain] = counting.map(({ of }) => counts.get(of) ?? {});
  for (const what of ["log", "signatures", "rowsWritten"])
    assert.equal(plain[what], own[what], `${what}: the same promises take the same`);
  assert.deepEqual([plain.hashes, plain.macs], [hashesOf(BEFORE), 2]);
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
        counts: counts.get(name) ?? null,
        start,
        instantiation: instantiation(subject),
      }),
    );
  }
} finally {
  for (const { stop } of running) await stop();
  await rm(scratch, { recursive: true, force: true });
}
