// A network that holds chosen answers back, in front of the server: what browsers do with cookies then is real, as it would not be where a
// test answers itself.

import http from "node:http";

/** @typedef {{method: string, sent: number, answered: number}} Passed when a request came and when its answer was let through, in milliseconds */

/**
 * @param {number} port of the server
 * @param {(method: string, nth: number) => number} delay how long the answer to the nth `POST` or `DELETE` is held back, in milliseconds, counted from 1
 */
export const startSlow = async (port, delay) => {
  let count = 0;
  /** @type {Passed[]} */
  const passed = [];
  const server = http.createServer((request, response) => {
    const method = request.method ?? "";
    const isPress = method === "POST" || method === "DELETE";
    if (isPress) count += 1;
    const held = isPress ? delay(method, count) : 0;
    const note = { method, sent: Date.now(), answered: 0 };
    if (isPress) passed.push(note);
    const onward = http.request(
      { host: "127.0.0.1", port, method, path: request.url, headers: request.headers },
      (answer) => {
        setTimeout(() => {
          note.answered = Date.now();
          response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
          answer.pipe(response);
        }, held);
      },
    );
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  return {
    port: /** @type {import("node:net").AddressInfo} */ (server.address()).port,
    /** Presses in the order in which they came. */
    passed,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
};
