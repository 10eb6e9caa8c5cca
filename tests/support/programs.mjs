// Programs that a test starts beside the browsers, and the screen in memory that some of them need.

import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { until } from "./until.mjs";

export const SCREEN = "Xvfb";

/** A program on the `PATH`. @param {string} name */
export const find = (name) =>
  (process.env.PATH ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

/**
 * Starts a program in a process group of its own, which ends with this process at the latest.
 * @param {string} file
 * @param {string[]} words
 * @param {import("node:child_process").SpawnOptions} options
 */
export const start = (file, words, options) => {
  handleSignals();
  const child = spawn(file, words, { ...options, detached: true });
  const ended = new Promise((resolve) => child.once("close", resolve));
  /** @type {Error | undefined} */
  let failure;
  child.once("error", (error) => (failure = error));
  const kill = () => {
    try {
      // Its whole group: the browser and the processes of its pages are its children.
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH") throw error;
    }
  };
  process.once("exit", kill);
  return {
    child,
    /** Fails if the program has ended. */
    check: () => {
      if (failure !== undefined) throw failure;
      if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}`);
    },
    stop: async () => {
      process.removeListener("exit", kill);
      kill();
      if (child.pid !== undefined) await ended;
    },
  };
};

// A signal ends the process without the event `exit`, unless it is handled.
let handlesSignals = false;
const handleSignals = () => {
  if (handlesSignals) return;
  handlesSignals = true;
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.once(signal, () => process.exit(1));
};

/** A screen; Xvfb chooses its number and says it. */
export const startScreen = async () => {
  const words = ["-displayfd", "3", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"];
  const screen = start(SCREEN, words, {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  let said = "";
  screen.child.stdio[3]?.on("data", (bytes) => (said += bytes));
  await until(() => {
    screen.check();
    return said.endsWith("\n");
  }, "Xvfb did not say its number");
  return { display: `:${said.trim()}`, stop: screen.stop };
};
