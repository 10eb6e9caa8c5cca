// Makes the secrets of a deployed worker and hands them to wrangler on its standard input: no key
// is ever printed, or part of a command.
//
// The first site, whatever secrets it lacks:
//   npm run secrets
// Another site, with a copy of the secrets in a file:
//   npm run secrets -- --env smartustaz --keep keys.json
// New keys in front of the old ones, which go on verifying:
//   npm run secrets -- --rotate keys.json
//
// The admin token is printed once, because nobody can read it from Cloudflare again.

import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { environments } from "./environments.mjs";
import { ROOT } from "./runtime.mjs";

/** Lists of numbered keys, the signing one first. */
const KEYS = ["CONSENT_KEYS", "RECEIPT_KEYS"];

/** The bearer token of operators and auditors. */
const TOKEN = "ADMIN_TOKEN";

/** Cloudflare's limit of the size of a secret, in bytes. */
const MOST_BYTES = 5 * 1024;

/** @typedef {Record<string, string>} Secrets */
/**
 * @typedef {(words: string[], input?: string) => { status: number | null, stdout: string, stderr:
 *   string }} Wrangler
 */

const random = () => randomBytes(32).toString("hex");

/** A first key, or a new key in front of the given ones. @param {string} [keys] */
const withNewKey = (keys) => {
  if (keys === undefined) return `1:${random()}`;
  const old = keys.split(",");
  const numbers = old.map((key) => /^(\d+):[0-9a-f]{64}$/.exec(key)?.[1]);
  if (numbers.includes(undefined))
    throw new Error(
      "the file with the old keys is damaged: a key is a number, a colon and 64 hexadecimal digits",
    );
  const all = [`${Math.max(...numbers.map(Number)) + 1}:${random()}`, ...old].join(",");
  if (all.length > MOST_BYTES)
    throw new Error(
      `${old.length} keys are all that Cloudflare keeps\nhelp: take the oldest CONSENT_KEYS out of the file; docs/evidence.md says why receipt keys stay`,
    );
  return all;
};

/**
 * Secrets that a site lacks.
 * @param {string[]} present names of those that it has
 * @returns {Secrets}
 */
export const missing = (present) => {
  const made = KEYS.map((name) => [name, withNewKey()]);
  return Object.fromEntries(
    [...made, [TOKEN, random()]].filter(([name]) => !present.includes(name)),
  );
};

/**
 * The same secrets with new keys in front; the token stays.
 * @param {Secrets} old
 * @returns {Secrets}
 */
export const rotated = (old) => {
  for (const name of [...KEYS, TOKEN]) if (!old[name]) throw new Error(`the file has no ${name}`);
  return {
    ...Object.fromEntries(KEYS.map((name) => [name, withNewKey(old[name])])),
    [TOKEN]: old[TOKEN],
  };
};

/** @type {Wrangler} */
const wrangler = (words, input) =>
  spawnSync(
    process.execPath,
    [path.join(ROOT, "node_modules/wrangler/bin/wrangler.js"), ...words],
    { cwd: ROOT, encoding: "utf8", input },
  );

/** @param {Wrangler} run @param {string[]} words @param {string} [input] */
const succeed = (run, words, input) => {
  const { status, stdout, stderr } = run(words, input);
  if (status !== 0)
    throw new Error(`wrangler ${words.slice(0, 2).join(" ")} failed:\n${stderr || stdout}`);
  return stdout;
};

/**
 * Names of the secrets that a worker has; none before its first deployment.
 * @param {Wrangler} run
 * @param {string[]} where
 */
const presentIn = (run, where) => {
  const { status, stdout, stderr } = run(["secret", "list", "--format", "json", ...where]);
  if (status === 0)
    return JSON.parse(stdout).map((/** @type {{ name: string }} */ { name }) => name);
  // 10007: the worker does not exist yet. `secret bulk` creates it.
  if (/10007|not found/i.test(stdout + stderr)) return [];
  throw new Error(`wrangler secret list failed:\n${stderr || stdout}`);
};

/**
 * Makes the missing or rotated secrets and uploads them.
 * @param {{ env?: string, keep?: string, rotate?: string }} options
 * @param {{ run?: Wrangler, say?: (line: string) => void }} [outside]
 */
export const makeSecrets = (
  { env = "", keep, rotate },
  { run = wrangler, say = console.log } = {},
) => {
  if (![...environments().values()].includes(env))
    throw new Error(`wrangler.toml has no environment \`${env}\``);
  if (keep !== undefined && existsSync(keep))
    throw new Error(`${keep} is there already, and is not replaced`);
  const where = ["--env", env];
  const secrets =
    rotate === undefined
      ? missing(presentIn(run, where))
      : rotated(JSON.parse(readFileSync(rotate, "utf8")));
  const names = Object.keys(secrets);
  if (names.length === 0) {
    say("all secrets are set; --rotate FILE adds new keys in front of those you kept");
    return;
  }
  const text = JSON.stringify(secrets);
  // Saved before the upload: a key in use of which nobody has a copy can't be rotated.
  const file = keep ?? rotate;
  if (file !== undefined) writeFileSync(file, `${text}\n`, { mode: 0o600 });
  succeed(run, ["secret", "bulk", ...where], text);
  say(`set: ${names.join(", ")}`);
  if (file !== undefined) say(`kept in ${file}: move it to a safe place`);
  if (rotate === undefined && secrets[TOKEN])
    say(`the admin token, shown this once: ${secrets[TOKEN]}`);
};

/**
 * The command line.
 * @param {string[]} words
 * @param {Parameters<typeof makeSecrets>[1]} [outside]
 */
export const main = (words, outside) => {
  const text = { type: /** @type {const} */ ("string") };
  makeSecrets(
    parseArgs({ args: words, options: { env: text, keep: text, rotate: text } }).values,
    outside,
  );
};

if (process.argv[1] === import.meta.filename) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`error: ${/** @type {Error} */ (error).message}\n`);
    process.exitCode = 1;
  }
}
