// Every command that a document shows in a block of `sh` is run, in the order of the document, in a
// clean copy of the project.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { copyProject, settleDecisions } from "./support/project-copy.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const COMMANDS = fileURLToPath(new URL("support/commands.mjs", import.meta.url));
const SECRETS = {
  CONSENT_KEYS: `1:${"1".repeat(64)}`,
  RECEIPT_KEYS: `1:${"2".repeat(64)}`,
  ADMIN_TOKEN: "3".repeat(64),
};

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "themes/default/README.md",
  ...(await readdir(path.join(ROOT, "docs")))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `docs/${name}`),
];

/** @param {string} text of a document */
const blocks = (text) =>
  [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block]) => block);

/** @type {string} */
let scratch;
/** @type {Awaited<ReturnType<typeof copyProject>>} */
let project;
/** @type {Map<string, import("../xtask/local/server.mjs").Server>} */
const servers = new Map();
/** @type {Record<string, string>} what the documents call `$TOKEN`, `$SUBJECT`, `$EVENT_ID` */
const values = { TOKEN: SECRETS.ADMIN_TOKEN };

/**
 * Runs a script as somebody who follows a document.
 * @param {string} script
 * @returns {Promise<string>} what went wrong
 */
const follow = (script) =>
  new Promise((resolve) => {
    const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
      cwd: project.folder,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 120_000,
      env: {
        ...values,
        HOME: process.env.HOME,
        PATH: `${path.join(scratch, "bin")}:${path.dirname(process.execPath)}:/usr/bin:/bin`,
        CI: "1",
        KELISIM_ROOT: ROOT,
        KELISIM_CARGO_PATH: process.env.PATH,
        KELISIM_SERVERS: JSON.stringify(
          Object.fromEntries([...servers].map(([host, server]) => [host, server.origin()])),
        ),
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_LOG_PATH: path.join(scratch, "logs"),
      },
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => (printed += chunk));
    child.on("close", (code) =>
      resolve(code === 0 ? "" : `${script}\nended with ${code}\n${printed}`),
    );
  });

/** Serves a site that the documents have built. @param {string} host */
const serve = async (host) => {
  if (servers.has(host)) return;
  const { startServer } = await import(
    pathToFileURL(path.join(project.folder, "xtask/local/server.mjs")).href
  );
  servers.set(host, await startServer({ site: host, secrets: SECRETS }));
};

/**
 * Somebody refuses on cap.kz; their receipt, their record and the keys are what the documents speak
 * of.
 */
const leaveReceipt = async () => {
  const origin = servers.get("cap.kz")?.origin() ?? "";
  const { revision } = JSON.parse(
    await readFile(path.join(project.folder, "dist/cap.kz/manifest.json"), "utf8"),
  );
  const id = crypto.randomUUID();
  const body = JSON.stringify({
    id,
    revision,
    locale: "kk",
    surface: "banner",
    action: "reject_all",
  });
  const answer = await fetch(`${origin}/api/consent`, {
    method: "POST",
    body,
    headers: { origin, "content-type": "application/json" },
  });
  assert.equal(answer.status, 201);
  values.EVENT_ID = id;
  values.SUBJECT =
    /kelisim_cc_cookie=2\.([^.]+)\./.exec(answer.headers.getSetCookie()[0])?.[1] ??
    assert.fail("no cookie was set");
  const keep = (/** @type {string} */ name, /** @type {string} */ text) =>
    writeFile(path.join(project.folder, name), text);
  await keep("receipt.json", await answer.text());
  await keep("keys.json", await (await fetch(`${origin}/api/consent/keys`)).text());
};

before(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), "kelisim-documents-"));
  const archive = path.join(scratch, "release.tar.gz");
  execFileSync("cargo", ["xtask", "package", "--profile", "dev", "--out", archive], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
  });
  project = await copyProject(archive);
  await copyFile(archive, path.join(project.folder, "kelisim.tar.gz"));
  await settleDecisions(project.folder);
  await mkdir(path.join(scratch, "bin"));
  for (const name of ["npx", "npm", "cargo", "curl", "verifier"]) {
    const file = path.join(scratch, "bin", name);
    const home = name === "cargo" ? 'PATH="$KELISIM_CARGO_PATH" ' : "";
    await writeFile(
      file,
      `#!/bin/sh\n${home}exec "${process.execPath}" "${COMMANDS}" ${name} "$@"\n`,
    );
    await chmod(file, 0o755);
  }
  await symlink(
    path.join(project.folder, "prebuilt/site-builder"),
    path.join(scratch, "bin/site-builder"),
  );
  assert.equal(await follow("site-builder build"), "");
  await serve("cap.kz");
  await leaveReceipt();
});
after(async () => {
  for (const server of servers.values()) await server.stop();
  await project?.remove();
  await rm(scratch, { recursive: true, force: true });
});

for (const name of documents) {
  const scripts = blocks(await readFile(path.join(ROOT, name), "utf8"));
  if (scripts.length === 0) continue;
  test(`the commands of ${name} do what it says`, async () => {
    for (const script of scripts) {
      // Between two commands the reader decides what the site's review asks.
      await settleDecisions(project.folder);
      for (const [, host] of script.matchAll(/https:\/\/([\w.]+)(?:\/api|\/log| )/g))
        await serve(host);
      assert.equal(await follow(script), "");
    }
  });
}

test("a command that is wrong is found", async () => {
  for (const wrong of [
    "npx wrangler deploy --enviroment x",
    "npx wrangler rolback",
    "cargo xtask dev --prot 1",
    "site-builder build --sites x",
    "npm run --silent secrets -- --envs x",
  ]) {
    assert.notEqual(await follow(wrong), "", wrong);
  }
});

test("what one document says of another is there", async () => {
  const all = [
    ...documents,
    "ARCHITECTURE.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "edge-worker/README.md",
  ];
  for (const name of all) {
    // Examples of content in blocks and between backticks link to what their site has.
    const text = (await readFile(path.join(ROOT, name), "utf8"))
      .replace(/^ *```[\s\S]*?^ *```$/gm, "")
      .replace(/`[^`\n]*`/g, "");
    for (const [, target] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)\s#]+)(?:#[^)]*)?\)/g)) {
      const file = path.join(ROOT, path.dirname(name), target);
      await assert.doesNotReject(
        readdir(file).catch(() => readFile(file)),
        `${name} links to ${target}`,
      );
    }
  }
});
