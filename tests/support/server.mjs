// Starts the real server for a test: see `Server` in xtask/local/server.mjs.

import { startServer } from "../../xtask/local/server.mjs";
import { buildWith, withoutRegimes } from "./site.mjs";

export { startServer };

/**
 * Starts the server with `cap.kz` without its overrides of the default regime.
 * @param {Record<string, (text: string) => string>} [changes] further changes of the site's
 *   content, by the name of the file
 * @param {Parameters<typeof startServer>[0]} [options]
 */
export const startServerWithoutRegimes = async (changes, options) => {
  const site = await buildWith({ "site.toml": withoutRegimes, ...changes });
  const server = await startServer({ ...options, dist: site.dist });
  const { stop } = server;
  return Object.assign(server, {
    stop: async () => {
      await stop();
      await site.remove();
    },
  });
};
