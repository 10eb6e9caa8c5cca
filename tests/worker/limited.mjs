// The built worker with small rate limits, whose minute ends when a test says so: `GET /api/minute`.
// The worker itself has no such switch.

import worker, { ConsentLog } from "../../edge-worker/entry.mjs";

/** What all visitors together may log in a minute. */
const SITE = 50;
/** What one client may ask for in a minute. */
const CLIENT = 20;

/** How often each key was counted in this minute. @type {Map<string, number>} */
const counts = new Map();

/** @param {string} name @param {number} most */
const limiter = (name, most) => ({
  /** @param {{ key: string }} what */
  limit: async ({ key }) => {
    const count = (counts.get(`${name} ${key}`) ?? 0) + 1;
    counts.set(`${name} ${key}`, count);
    return { success: count <= most };
  },
});

const limits = { SITE_LIMIT: limiter("site", SITE), CLIENT_LIMIT: limiter("client", CLIENT) };

export { ConsentLog };

export default {
  ...worker,
  /** @param {Request} request @param {any} env @param {any} context */
  fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/api/minute")
      return worker.fetch(request, { ...env, ...limits }, context);
    counts.clear();
    return new Response();
  },
};
