// Replaces `npx`, `npm`, `cargo`, `curl` and `verifier` when a test runs the commands of the documentation:
// those that need no network are executed; for the others it checks that the command exists and
// supports each option. Called as `node commands.mjs <program> <words…>`.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { KELISIM_ROOT: root = "", KELISIM_SERVERS: servers = "{}" } = process.env;
const [program = "", ...words] = process.argv.slice(2);

/** @param {string} file @param {string[]} args @param {object} [options] */
const run = (file, args, options) => spawnSync(file, args, { encoding: "utf8", ...options });

/** @param {string} message @returns {never} */
const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

/** @param {import("node:child_process").SpawnSyncReturns<string>} done */
const finish = ({ status, stdout, stderr }) => {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exit(status ?? 1);
};

/**
 * Checks options against the help of a command.
 * @param {string} file @param {string[]} command @param {string[]} options @param {object} [where]
 */
const check = (file, command, options, where) => {
  const { status, stdout, stderr } = run(file, [...command, "--help"], where);
  const help = stdout + stderr;
  if (status !== 0) fail(`there is no command ${command.join(" ")}\n${help}`);
  for (const option of options.filter((word) => word.startsWith("--"))) {
    if (!new RegExp(`${option.split("=")[0]}\\b`).test(help))
      fail(`${command.join(" ")} does not know ${option}`);
  }
};

const wrangler = path.join(root, "node_modules/wrangler/bin/wrangler.js");
const first = words.findIndex((word) => word.startsWith("--"));
const options = first < 0 ? [] : words.slice(first);

if (program === "npx" && words[0] === "wrangler" && words[1] === "deploy") {
  finish(run(process.execPath, [wrangler, "deploy", ...words.slice(2), "--dry-run"]));
} else if (program === "npx" && words[0] === "wrangler") {
  const depth = { versions: 3, secret: 3, deployments: 3, r2: 4 }[words[1]] ?? 2;
  check(process.execPath, [wrangler, ...words.slice(1, depth)], options);
} else if (program === "npm" && words.slice(0, 4).join(" ") === "run --silent secrets --") {
  const { main } = await import(pathToFileURL(path.resolve("xtask/local/secrets.mjs")).href);
  main(words.slice(4), { run: () => ({ status: 0, stdout: "[]", stderr: "" }) });
} else if (program === "cargo" && words[0] === "xtask") {
  check("cargo", words.slice(0, 2), options, { cwd: root });
} else if (program === "curl" || program === "verifier") {
  /** @type {Record<string, string>} */
  const local = JSON.parse(servers);
  finish(
    run(
      program === "curl" ? "/usr/bin/curl" : path.resolve("prebuilt/verifier"),
      words.map((word) =>
        word.replace(/^https:\/\/([^/]+)/, (_, host) => local[host] ?? fail(`there is no ${host}`)),
      ),
    ),
  );
} else {
  fail(
    `the documents use ${program} ${words.join(" ")}, which nothing stands for${existsSync(root) ? "" : "; the root is not known"}`,
  );
}
