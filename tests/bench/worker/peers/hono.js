// The same with Hono, as its documentation shows it.

import { Hono } from "hono";
import { HEADERS, record, refusalOf, siteOf, stateOf } from "./consent.js";

export { Log } from "./log.js";

const app = new Hono();

const callOf = (c) => ({
  cf: c.req.raw.cf,
  origin: new URL(c.req.url).origin,
  header: (name) => c.req.header(name),
});

const respond = (c, { status, body, cookies }) =>
  c.json(body, status, cookies ? { ...HEADERS, "Set-Cookie": cookies } : HEADERS);

app.get("/api/consent", async (c) => respond(c, stateOf(await siteOf(c.env), callOf(c))));

app.post("/api/consent", async (c) => {
  const site = await siteOf(c.env);
  const call = callOf(c);
  return respond(c, refusalOf(site, call) ?? (await record(site, c.env, call, await c.req.text())));
});

app.all("*", (c) => c.env.ASSETS.fetch(c.req.raw));

export default app;
