// The built worker with a bucket that tests can look into and break by `/api/bucket`:
// - `GET` lists the names, `GET ?name=` gives an object's bytes as they are stored;
// - `PUT ?name=` and `DELETE ?name=` change the bucket;
// - `POST ?fails=put&times=2`: the next two calls of `put` fail.
//
// The worker itself has no such switch.

import worker, { ConsentLog } from "../../edge-worker/entry.mjs";

/** What fails next. */
const fault = { method: "", times: 0 };

/** @param {any} bucket */
const failing = (bucket) =>
  new Proxy(bucket, {
    get: (target, name) => {
      const method = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return (/** @type {unknown[]} */ ...values) => {
        if (name === fault.method && fault.times > 0) {
          fault.times -= 1;
          throw new Error("the bucket fails");
        }
        return method.apply(target, values);
      };
    },
  });

/** @param {any} env */
const changed = (env) => ({ ...env, LOG_ARCHIVE: failing(env.LOG_ARCHIVE) });

/** @param {Request} request @param {any} bucket */
const control = async (request, bucket) => {
  const { searchParams: query } = new URL(request.url);
  const name = query.get("name") ?? "";
  switch (request.method) {
    case "POST":
      fault.method = query.get("fails") ?? "";
      fault.times = Number(query.get("times") ?? 1);
      return new Response();
    case "PUT":
      await bucket.put(name, await request.arrayBuffer());
      return new Response();
    case "DELETE":
      await bucket.delete(name);
      return new Response();
    default: {
      if (name !== "") return new Response((await bucket.get(name)).body);
      const { objects } = await bucket.list();
      return Response.json(objects.map((/** @type {any} */ { key }) => key));
    }
  }
};

export { ConsentLog };

export default {
  ...worker,
  /** @param {Request} request @param {any} env @param {any} context */
  fetch: (request, env, context) =>
    new URL(request.url).pathname === "/api/bucket"
      ? control(request, env.LOG_ARCHIVE)
      : worker.fetch(request, changed(env), context),
  /** @param {any} event @param {any} env @param {any} context */
  scheduled: (event, env, context) => worker.scheduled(event, changed(env), context),
};
