// A proxy in front of the server that delays the response to the first submission, or to the first
// renewal of the cookie, until a test releases or drops it. Unlike a response intercepted by the test, it lets the browser process cookies as
// usual.

import http from "node:http";
import { until } from "./until.mjs";

/**
 * @typedef {{method: string, isAnswered: boolean}} Press a submission (`POST` or `DELETE`), and
 *   whether its response was passed on
 */

/**
 * @param {number} port of the server
 * @param {"press" | "renewal"} [held]
 */
export const startHoldingProxy = async (port, held = "press") => {
  /** @type {Press[]} */
  const presses = [];
  let isHolding = false;
  /** @type {(isDropped: boolean) => void} */
  let end = () => {};
  /** @type {Promise<boolean>} */
  const ended = new Promise((resolve) => {
    end = resolve;
  });
  const server = http.createServer((request, response) => {
    const method = request.method ?? "";
    const press = { method, isAnswered: false };
    const isPress = method === "POST" || method === "DELETE";
    if (isPress) presses.push(press);
    const isHeld = !isHolding && (held === "press" ? isPress : request.url?.includes("renew=1"));
    if (isHeld) isHolding = true;
    const onward = http.request(
      { host: "127.0.0.1", port, method, path: request.url, headers: request.headers },
      async (answer) => {
        const isDropped = isHeld && (await ended);
        press.isAnswered = true;
        if (isDropped) return void response.writeHead(502).end();
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
    /** Waits until a response is delayed. */
    held: () => until(() => isHolding, "there was nothing to hold"),
    /** Passes on the delayed response. */
    release: () => end(false),
    /** Sends the error of a gateway instead of the delayed response. */
    drop: () => end(true),
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
