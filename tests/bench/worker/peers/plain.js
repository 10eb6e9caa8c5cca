// A module worker without a library.

import { HEADERS, record, refusalOf, siteOf, stateOf } from "./consent.js";

export { Log } from "./log.js";

const respond = ({ status, body, cookies = [] }) => {
  const headers = new Headers(HEADERS);
  headers.set("Content-Type", status < 400 ? "application/json" : "application/problem+json");
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  return new Response(JSON.stringify(body), { status, headers });
};

export default {
  async fetch(request, env) {
    const { pathname, origin } = new URL(request.url);
    if (pathname !== "/api/consent") return env.ASSETS.fetch(request);
    const site = await siteOf(env);
    const call = { cf: request.cf, origin, header: (name) => request.headers.get(name) };
    switch (request.method) {
      case "GET":
        return respond(stateOf(site, call));
      case "POST":
        return respond(
          refusalOf(site, call) ?? (await record(site, env, call, await request.text())),
        );
      default:
        return new Response(null, { status: 405, headers: { ...HEADERS, Allow: "GET, POST" } });
    }
  },
};
