// Runs `wrangler dev` as a child: the real Workers runtime on a free port, offline, without prompts
// or telemetry.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { environmentOf } from "./environments.mjs";

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The site that `wrangler.toml` serves when no environment is named. */
export const DEFAULT_SITE = "cap.kz";

/** How long the runtime may take to start before that counts as an error. */
const START_LIMIT_MS = 60_000;

/** How long it may take to stop before it is killed. */
const STOP_LIMIT_MS = 5_000;

/** Local files of wrangler stay inside the project; nothing is sent or fetched. */
const environment = () => ({
  ...process.env,
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  // What is served has been built already; `[build]` of wrangler.toml is for deploying.
  KELISIM_BUILD: "skip",
  NO_UPDATE_NOTIFIER: "1",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_LOG_PATH: path.join(ROOT, ".wrangler/logs"),
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
  WRANGLER_REGISTRY_PATH: path.join(ROOT, ".wrangler/registry"),
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_SEND_METRICS: "false",
  XDG_CONFIG_HOME: path.join(ROOT, ".wrangler/config"),
});

/**
 * With `routes` in its settings the runtime believes to be asked at the first of them, unless it is
 * told otherwise; then pages of this machine would be foreign to it.
 * @param {string} config
 * @param {string | undefined} host
 */
const hostArguments = (config, host) =>
  host !== undefined && /^\s*\[*(env\.[\w-]+\.)?routes?\b/m.test(readFileSync(config, "utf8"))
    ? ["--host", host]
    : [];

/**
 * @typedef {object} RuntimeOptions
 * @property {string} site host of the site, as `cap.kz`
 * @property {string} [host] where it is reached, with a port, when it is behind a proxy
 * @property {string} state folder where the consent log is kept
 * @property {string} [config] another file than `wrangler.toml`
 * @property {string} [main] module to run instead of the built worker, which it may import to
 *   simulate failures
 * @property {string} [dist] folder of the built site, when it is not the one of `wrangler.toml`
 * @property {Record<string, string>} [vars] variables of the worker that replace those of
 *   `wrangler.toml`
 * @property {string} [secrets] file with the worker's secrets, when they are not those of
 *   `.dev.vars`
 * @property {(chunk: string) => void} [log] receives what the runtime prints
 */

/**
 * Starts the runtime and waits until it answers.
 * @param {RuntimeOptions} options
 * @returns {Promise<{ port: number, stopped: Promise<void>, stop: () => Promise<void>, kill: () =>
 *   Promise<void> }>} `kill` sends SIGKILL to the process group, like a power failure
 */
export const startRuntime = async ({
  site,
  host,
  state,
  config,
  main,
  dist,
  vars = {},
  secrets,
  log = () => {},
}) => {
  const child = spawn(
    process.execPath,
    [
      // The runtime must not outlive this process, however it ends.
      "--import",
      pathToFileURL(path.join(ROOT, "xtask/local/end-with-parent.mjs")).href,
      path.join(ROOT, "node_modules/wrangler/bin/wrangler.js"),
      "dev",
      ...(main === undefined ? [] : [main]),
      ...(config === undefined ? [] : ["--config", config]),
      "--local",
      "--ip",
      "127.0.0.1",
      "--port",
      "0",
      "--inspector-port",
      "0",
      "--env",
      environmentOf(site),
      "--persist-to",
      state,
      "--show-interactive-dev-session=false",
      ...hostArguments(config ?? path.join(ROOT, "wrangler.toml"), host),
      ...(dist === undefined ? [] : ["--assets", dist]),
      ...(secrets === undefined ? [] : ["--env-file", secrets]),
      ...Object.entries(vars).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
    ],
    {
      cwd: ROOT,
      // A separate process group, so that Ctrl-C signals only this process, which then stops the
      // runtime.
      detached: true,
      env: environment(),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    },
  );

  let printed = "";
  /** @param {Buffer} chunk */
  const record = (chunk) => {
    printed = (printed + chunk).slice(-20_000);
    log(String(chunk));
  };
  child.stdout?.on("data", record);
  child.stderr?.on("data", record);

  const stopped = once(child, "exit").then(() => {});
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const late = setTimeout(() => killGroup(child.pid), STOP_LIMIT_MS);
    await stopped;
    clearTimeout(late);
  };

  const ready = new Promise((resolve) => {
    child.on("message", (message) => {
      const event = typeof message === "string" ? JSON.parse(message) : message;
      if (event?.event === "DEV_SERVER_READY") resolve(event.port);
    });
  });
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the local runtime was not ready after ${START_LIMIT_MS / 1000} s`)),
      START_LIMIT_MS,
    );
  });
  const ended = stopped.then(() => {
    throw new Error("the local runtime ended before it was ready");
  });
  // The race below reports it; this line prevents an unhandled rejection when the runtime ends
  // later.
  ended.catch(() => {});
  try {
    const port = await Promise.race([ready, ended, limit]);
    const kill = async () => {
      killGroup(child.pid);
      await stopped;
    };
    return { port, stopped, stop, kill };
  } catch (error) {
    await stop();
    throw new Error(`${/** @type {Error} */ (error).message}\n${printed}`);
  } finally {
    clearTimeout(timer);
  }
};

/** @param {number | undefined} group */
const killGroup = (group) => {
  try {
    if (group !== undefined) process.kill(-group, "SIGKILL");
  } catch (error) {
    // No such process: it has ended in the meantime.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH") throw error;
  }
};
