// The site, the worker and the consent log on one local address, with a switch for the visitor's
// country. Used by `cargo xtask dev` and by the end-to-end tests.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { startProxy } from "./proxy.mjs";
import { DEFAULT_SITE, startRuntime } from "./runtime.mjs";
import { hostOf } from "./visitor.mjs";

/**
 * @typedef {object} Server
 * @property {number} port
 * @property {(country?: string, options?: { gpc?: boolean }) => string} origin address of the site
 *   as a visitor from `DE`, `US-CA`, `XX` sees it; without a country plain `localhost`, where the
 *   request itself may carry `MF-CF-Blob`
 * @property {() => Promise<void>} stop stops everything and removes a state folder that was made
 *   here
 * @property {() => Promise<void>} restart ends the runtime and starts it again with the same
 *   address and the same consent log
 * @property {() => Promise<void>} kill as `restart`, but the runtime is given no chance to finish
 *   anything
 * @property {() => string} printed what the runtime has printed so far
 * @property {Promise<void>} ended resolves when the runtime ends by itself
 */

/**
 * Starts a server.
 * @param {object} [options]
 * @param {string} [options.site] host of the site, `cap.kz` if not given
 * @param {string} [options.state] folder of the consent log; without it a temporary one
 * @param {string} [options.config] another file than `wrangler.toml`
 * @param {string} [options.main] module to run in the place of the built worker
 * @param {string} [options.dist] folder of the built site, when it is not the one of
 *   `wrangler.toml`
 * @param {number} [options.port] any free one if not given
 * @param {Record<string, string>} [options.vars] variables of the worker to replace
 * @param {Record<string, string>} [options.secrets] secrets of the worker, instead of those in
 *   `.dev.vars`
 * @param {import("./live-reload.mjs").LiveReload} [options.live] enables live reload
 * @param {(chunk: string) => void} [options.log] receives what the runtime prints
 * @returns {Promise<Server>}
 */
export const startServer = async ({
  site = DEFAULT_SITE,
  state,
  config,
  main,
  dist,
  port = 0,
  vars,
  secrets,
  live,
  log,
} = {}) => {
  /** @type {Awaited<ReturnType<typeof startRuntime>> | undefined} */
  let runtime;
  const proxy = await startProxy({ port, upstream: () => runtime?.port ?? 0, live });
  const scratch = await mkdtemp(path.join(os.tmpdir(), "kelisim-"));
  const secretsFile = secrets && path.join(scratch, "secrets.env");
  if (secretsFile) await writeFile(secretsFile, lines(secrets), { mode: 0o600 });
  let printed = "";
  const start = () =>
    startRuntime({
      site,
      host: `localhost:${proxy.port}`,
      state: state ?? path.join(scratch, "state"),
      config,
      main,
      dist,
      vars,
      secrets: secretsFile,
      log: (chunk) => {
        printed += chunk;
        log?.(chunk);
      },
    });

  let restarting = false;
  /** @type {() => void} */
  let end = () => {};
  const ended = new Promise((resolve) => (end = () => resolve(undefined)));
  const launch = async () => {
    const started = await start();
    runtime = started;
    started.stopped.then(() => {
      if (!restarting) end();
    });
  };
  /** @param {(old: Awaited<ReturnType<typeof startRuntime>>) => Promise<void>} end */
  const relaunch = async (end) => {
    restarting = true;
    if (runtime) await end(runtime);
    await launch();
    restarting = false;
  };
  const stop = async () => {
    await runtime?.stop();
    await proxy.close();
    await rm(scratch, { recursive: true, force: true });
  };
  try {
    await launch();
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    port: proxy.port,
    origin: (country, options) =>
      `http://${country === undefined ? "localhost" : hostOf(country, options)}:${proxy.port}`,
    stop,
    restart: () => relaunch((old) => old.stop()),
    kill: () => relaunch((old) => old.kill()),
    printed: () => printed,
    ended,
  };
};

/**
 * @param {Record<string, string>} values
 * @returns {string}
 */
const lines = (values) =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join("");
