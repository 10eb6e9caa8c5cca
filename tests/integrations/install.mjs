// Apps whose packages are installed for them alone, in `.tools/integrations/<name>`, from their own
// lock files, built and started by their own scripts, as their makers would.

import { execFile, spawn } from "node:child_process";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { until } from "../support/until.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Node 22 comes first: the machine's own may be older. No tool asks or reports anything. */
const ENVIRONMENT = {
  ...process.env,
  PATH: `${path.join(ROOT, "node_modules/.bin")}${path.delimiter}${process.env.PATH}`,
  ASTRO_TELEMETRY_DISABLED: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  NUXT_TELEMETRY_DISABLED: "1",
  CI: "1",
};

/** @param {string} folder @param {...string} words */
const npm = async (folder, ...words) => {
  try {
    await promisify(execFile)("npm", words, {
      cwd: folder,
      env: ENVIRONMENT,
      maxBuffer: 2 ** 26,
    });
  } catch (error) {
    const { stdout, stderr } = /** @type {any} */ (error);
    throw new Error(`npm ${words.join(" ")} fails in ${folder}\n${stdout}${stderr}`);
  }
};

/**
 * Installs the packages of an app, unless they were installed from the same lock file, and copies
 * its present files to them.
 * @param {string} name its folder here
 * @returns {Promise<string>} where it is
 */
export const install = async (name) => {
  const source = path.join(ROOT, "tests/integrations", name);
  const folder = path.join(ROOT, ".tools/integrations", name);
  const lock = await readFile(path.join(source, "package-lock.json"), "utf8");
  const stamp = path.join(folder, "node_modules/installed-lock.json");
  const isInstalled = (await readFile(stamp, "utf8").catch(() => "")) === lock;
  const old = await readdir(folder).catch(() => []);
  for (const entry of old)
    if (!isInstalled || entry !== "node_modules")
      await rm(path.join(folder, entry), { recursive: true });
  await cp(source, folder, {
    recursive: true,
    filter: (file) => !file.endsWith("test.mjs") && !file.includes("node_modules"),
  });
  if (!isInstalled) {
    await npm(folder, "ci", "--loglevel=error");
    await writeFile(stamp, lock);
  }
  // The package is not published yet.
  const embed = path.join(folder, "node_modules/@kelisim/embed");
  await rm(embed, { recursive: true, force: true });
  await cp(path.join(ROOT, "packages/embed"), embed, { recursive: true });
  return folder;
};

/** A port that nothing listens to. @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });

/**
 * Installs and builds an app (`npm run build`).
 * @param {string} name its folder here
 * @returns {() => Promise<import("./harness.mjs").Server>} starts it (`npm start`)
 */
export const installed = (name) => async () => {
  const folder = await install(name);
  await npm(folder, "run", "build");
  const port = await freePort();
  const child = spawn("npm", ["start"], {
    cwd: folder,
    env: { ...ENVIRONMENT, HOST: "127.0.0.1", PORT: String(port) },
    // npm starts a shell and that the server: they are ended together, as a group.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  let hasEnded = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      printed += chunk;
    });
  const ended = new Promise((resolve) =>
    child.once("close", () => {
      hasEnded = true;
      resolve(undefined);
    }),
  );
  const end = () => {
    if (!hasEnded) process.kill(-Number(child.pid), "SIGKILL");
  };
  process.once("exit", end);
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      (response) => response.ok,
      () => false,
    );
  try {
    await until(
      async () => {
        if (hasEnded) throw new Error(`${name} has ended\n${printed}`);
        return answers();
      },
      () => `${name} does not answer\n${printed}`,
    );
  } catch (error) {
    end();
    throw error;
  }
  return {
    port,
    stop: async () => {
      process.off("exit", end);
      end();
      await ended;
    },
  };
};
