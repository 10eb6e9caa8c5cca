// `cargo xtask dev`: starts the server, prints the addresses to open, and stops everything it
// started when it ends.

import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { createLiveReload } from "./live-reload.mjs";
import { rebuildOnChange } from "./rebuild.mjs";
import { ROOT } from "./runtime.mjs";
import { startServer } from "./server.mjs";

const { values } = parseArgs({
  options: {
    site: { type: "string", default: "cap.kz" },
    port: { type: "string", default: "8787" },
    state: { type: "string", default: ".wrangler/state" },
  },
});

/** Example visitors: one for each regime and each special case. */
const VISITORS = [
  ["DE", "Germany: opt-in"],
  ["GB", "United Kingdom: opt-in"],
  ["KZ", "Kazakhstan: notice"],
  ["US-CA", "California"],
  ["XX", "country unknown"],
  ["T1", "Tor"],
];

/** @param {string} text */
const say = (text) => process.stdout.write(`${text}\n`);

/** A page with the banner: the first locale's cookie policy, or the first policy there is. */
const page = () => {
  const { locales, policies } = JSON.parse(
    readFileSync(path.join(ROOT, "dist", values.site, "manifest.json"), "utf8"),
  );
  return `/${locales[0]}/${policies.includes("cookies") ? "cookies" : policies[0]}/`;
};

/** @param {import("./server.mjs").Server} server */
const announce = (server) => {
  const at = page();
  say(`\n${values.site} is ready: ${server.origin()}/   (Ctrl-C stops it)\n`);
  say("As a visitor from another country sees it (this machine only):");
  for (const [country, what] of VISITORS)
    say(`  ${(server.origin(country) + at).padEnd(52)} ${what}`);
  say(
    `  ${(server.origin("US-CA", { gpc: true }) + at).padEnd(52)} California with Global Privacy Control\n`,
  );
  say("The banner on a page of another local server, as seen from Germany (docs/embedding.md):");
  say(`  <script src="${server.origin()}/embed.js?country=DE" async></script>\n`);
};

const main = async () => {
  /** @type {import("./server.mjs").Server | undefined} */
  let server;
  let stopping = false;
  let ready = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await server?.stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);

  const live = createLiveReload();
  server = await startServer({
    site: values.site,
    live,
    port: Number(values.port),
    state: values.state,
    // Output before it is ready is printed only as part of an error.
    log: (chunk) => ready && process.stdout.write(chunk),
  });
  announce(server);
  ready = true;
  rebuildOnChange({ site: values.site, live, restart: server.restart, say });
  await server.ended;
  if (stopping) return;
  say("the local runtime has ended; its last lines above say why");
  await server.stop();
  process.exitCode = 1;
};

main().catch((error) => {
  const port = values.port;
  process.stderr.write(
    error.code === "EADDRINUSE"
      ? `error: port ${port} is taken\nhelp: stop what uses it (\`ss -ltnp 'sport = :${port}'\` names it) or take another: cargo xtask dev --port ${Number(port) + 1}\n`
      : `error: ${error.message}\n`,
  );
  process.exit(1);
});
