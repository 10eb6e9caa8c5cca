// What `wrangler deploy` would publish, for every environment: the real wrangler, the real
// `[build]` command and the programs of a release archive, without Rust and without a network.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { commandOf } from "../xtask/local/build.mjs";
import { environments } from "../xtask/local/environments.mjs";
import { copyProject, reopenDecisions, settleDecisions } from "./support/project-copy.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Half of what the free plan takes, in KiB after gzip. */
const LARGEST_KIB = (3 * 1024) / 2;

/** @type {string} */
let scratch;
/** @type {Awaited<ReturnType<typeof copyProject>>} */
let project;
before(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), "kelisim-deploy-"));
  const archive = path.join(scratch, "release.tar.gz");
  execFileSync("cargo", ["xtask", "package", "--profile", "dev", "--out", archive], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
  });
  project = await copyProject(archive);
  // No compiler may be found: a change of content needs none.
  await mkdir(path.join(scratch, "bin"));
});
after(async () => {
  await project?.remove();
  await rm(scratch, { recursive: true, force: true });
});

/** @param {string} environment @param {string} out */
const dryRun = (environment, out) => {
  const words = ["deploy", "--dry-run", "--env", environment, "--outdir", out];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(ROOT, "node_modules/wrangler/bin/wrangler.js"), ...words],
    {
      cwd: project.folder,
      encoding: "utf8",
      timeout: 120_000,
      env: {
        HOME: scratch,
        PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
        CI: "1",
        CARGO: "",
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_LOG_PATH: path.join(scratch, "logs"),
        XDG_CONFIG_HOME: scratch,
      },
    },
  );
  return { status, printed: stdout + stderr };
};

test("a site whose owner has not decided is refused, with the file and line of what is open", async () => {
  await reopenDecisions(project.folder);
  for (const [site, environment] of environments()) {
    const out = path.join(scratch, `refused-${site}`);
    const { status, printed } = dryRun(environment, out);
    assert.notEqual(status, 0, printed);
    assert.match(printed, /error\[undecided\]/, site);
    assert.match(printed, new RegExp(`content/${site}/REVIEW\\.\\w+\\.md:\\d+`));
    assert.ok(!existsSync(out), `${site} was bundled all the same`);
  }
});

test("once everything is decided each environment can be deployed, in half of the free plan's room", async (context) => {
  await settleDecisions(project.folder);
  for (const [site, environment] of environments()) {
    const out = path.join(scratch, `bundle-${site}`);
    const { status, printed } = dryRun(environment, out);
    assert.equal(status, 0, printed);
    const size = /Total Upload: .*gzip: ([\d.]+) KiB/.exec(printed);
    assert.ok(size, printed);
    context.diagnostic(`${site}: ${size[0]}, of 3072 KiB`);
    assert.ok(Number(size[1]) < LARGEST_KIB, size[0]);
    assert.ok(printed.includes("CONSENT_LOG") && printed.includes(`"${site}"`), printed);
    assert.ok(existsSync(path.join(project.folder, "dist", site, "manifest.json")));
  }
});

test("without a release archive cargo builds, and half of an archive is told of", async () => {
  const guarded = ["build", "--site", "cap.kz", "--deny", "drafts"];
  const empty = path.join(scratch, "empty");
  await mkdir(path.join(empty, "prebuilt"), { recursive: true });
  assert.deepEqual(commandOf("cap.kz", empty), ["cargo", ["xtask", ...guarded]]);
  await writeFile(path.join(empty, "prebuilt/site-builder"), "");
  assert.throws(() => commandOf("cap.kz", empty), /unpack the whole release archive/);
  assert.deepEqual(commandOf("cap.kz", project.folder), [
    path.join(project.folder, "prebuilt/site-builder"),
    guarded,
  ]);
});

test("the types of the worker's bindings are those that its page lists", async () => {
  const file = path.join(scratch, "worker.d.ts");
  const words = ["types", file, "--include-runtime=false"];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(ROOT, "node_modules/wrangler/bin/wrangler.js"), ...words],
    {
      cwd: project.folder,
      encoding: "utf8",
      env: {
        ...process.env,
        KELISIM_BUILD: "skip",
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_LOG_PATH: path.join(scratch, "logs"),
        XDG_CONFIG_HOME: scratch,
      },
    },
  );
  assert.equal(status, 0, stdout + stderr);
  const [, fields] = /interface __BaseEnv_Env \{([^}]*)\}/.exec(await readFile(file, "utf8")) ?? [];
  const names = new Set([...(fields ?? "").matchAll(/^\s*(\w+)\??:/gm)].map(([, name]) => name));
  const page = await readFile(path.join(ROOT, "edge-worker/README.md"), "utf8");
  const listed = [...page.matchAll(/^\| `([A-Z_]+)` \| (?:kind|kinds|[A-Za-z])/gm)].map(
    ([, name]) => name,
  );
  // Set only where the law asks for it, and by who wants an archive of the log.
  const optional = ["LOG_JURISDICTION", "LOG_ARCHIVE"];
  const expected = new Set(["SITE", ...listed.filter((name) => !optional.includes(name))]);
  assert.deepEqual([...names].sort(), [...expected].sort());
});
