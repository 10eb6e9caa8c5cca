// A proxy in front of the server that delays the response to the first submission until a test
// releases it. Unlike a response intercepted by the test, it lets the browser process cookies as
// usual.

import http from "node:http";
import { until } from "./until.mjs";

/**
 * @typedef {{method: string, isAnswered: boolean}} Press a submission (`POST` or `DELETE`), and
 *   whether its response was passed on
 */

/** @param {number} port of the server */
export const startHoldingProxy = async (port) => {
  /** @type {Press[]} */
  const presses = [];
  let release = () => {};
  const released = new Promise((resolve) => {
    release = () => resolve(undefined);
  });
  const server = http.createServer((request, response) => {
    const method = request.method ?? "";
    const press = { method, isAnswered: false };
    const isPress = method === "POST" || method === "DELETE";
    if (isPress) presses.push(press);
    const isHeld = isPress && presses.length === 1;
    const onward = http.request(
      { host: "127.0.0.1", port, method, path: request.url, headers: request.headers },
      async (answer) => {
        if (isHeld) await released;
        press.isAnswered = true;
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  return {
    port: /** @type {import("node:net").AddressInfo} */ (server.address()).port,
    /** Submissions in the order of arrival. */
    presses,
    /** Waits for the first submission. */
    held: () => until(() => presses.length > 0, "nothing was pressed"),
    /** Passes on the delayed response. */
    release,
    /**
     * Waits until at least `number` submissions have arrived and all were answered.
     * @param {number} number
     */
    answered: (number) =>
      until(
        () => presses.length >= number && presses.every(({ isAnswered }) => isAnswered),
        () => `${number} answers did not come: ${JSON.stringify(presses)}`,
      ),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
};
