// workerd itself, without wrangler or miniflare in front: what is measured is the worker and
// nothing around it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

const { default: binary, version } = createRequire(import.meta.url)("workerd");

/** Of the runtime. */
export const WORKERD = version;

/** How long it may take to start. */
const PATIENCE_MS = 20_000;

/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {string} version
 * @property {{ name: string, kind: "esModule" | "wasm", content: Uint8Array | string }[]} modules
 *   the first one is the entry
 * @property {{ binding: string, class: string }} [log] the class of the consent log
 */

/** @param {string} text */
const quoted = (text) => JSON.stringify(text);

/**
 * @param {Subject} subject
 * @param {{ manifest: string, secrets: Record<string, string>, date: string }} site
 */
const configOf = ({ modules, log }, { secrets, date }) => {
  const parts = modules.map(
    ({ name, kind }) => `(name = ${quoted(name)}, ${kind} = embed ${quoted(name)})`,
  );
  const bindings = [
    '(name = "ASSETS", service = "assets")',
    ...Object.entries(secrets).map(
      ([name, text]) => `(name = ${quoted(name)}, text = ${quoted(text)})`,
    ),
    ...(log
      ? [`(name = ${quoted(log.binding)}, durableObjectNamespace = ${quoted(log.class)})`]
      : []),
  ];
  const storage =
    log &&
    `durableObjectNamespaces = [(className = ${quoted(log.class)}, uniqueKey = "log", enableSql = true)],
    durableObjectStorage = (localDisk = "disk"),`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "assets", disk = (path = "assets")),
    (name = "disk", disk = (path = "state", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (cfBlobHeader = "MF-CF-Blob"), service = "main")],
);
const main :Workerd.Worker = (
  modules = [${parts.join(", ")}],
  compatibilityDate = ${quoted(date)},
  ${storage ?? ""}
  bindings = [${bindings.join(", ")}],
);
`;
};

/**
 * Writes what a subject needs below a folder.
 * @param {string} folder
 * @param {Subject} subject
 * @param {{ manifest: string, secrets: Record<string, string>, date: string }} site
 */
export const prepare = async (folder, subject, site) => {
  for (const name of ["state", "assets"]) await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, "assets/manifest.json"), site.manifest);
  for (const { name, content } of subject.modules)
    await writeFile(path.join(folder, name), content);
  await writeFile(path.join(folder, "config.capnp"), configOf(subject, site));
};

/**
 * Starts a runtime on a free port.
 * @param {string} folder what `prepare` has filled
 */
export const start = async (folder) => {
  const child = spawn(binary, ["serve", "config.capnp", "--control-fd=3", "--experimental"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let printed = "";
  child.stderr?.on("data", (chunk) => (printed = (printed + chunk).slice(-4000)));
  const ended = once(child, "exit");
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  const port = new Promise((resolve) => {
    let told = "";
    child.stdio[3]?.on("data", (chunk) => {
      told += chunk;
      const found = /"event":"listen"[^}]*"port":(\d+)/.exec(told);
      if (found) resolve(Number(found[1]));
    });
  });
  const late = new Promise((_, reject) =>
    setTimeout(() => reject(new Error("late")), PATIENCE_MS).unref(),
  );
  try {
    return {
      pid: child.pid ?? 0,
      port: await Promise.race([port, ended.then(() => Promise.reject(new Error("ended"))), late]),
      stop,
      printed: () => printed,
    };
  } catch (error) {
    await stop();
    throw new Error(`workerd: ${/** @type {Error} */ (error).message}\n${printed}`);
  }
};

/**
 * Seconds of processor time of all threads of a process, their own and the system's for them; Linux
 * counts nanoseconds.
 * @param {number} pid
 */
export const cpuOf = async (pid) => {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8")),
  );
  return times.reduce((sum, time) => sum + Number(time.split(" ")[0]), 0) / 1e9;
};
