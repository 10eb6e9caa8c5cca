// A client that keeps its connections, and waits for each answer before it asks again. It does as
// little as it can: it shares the machine.

import net from "node:net";

/** @typedef {{ status: number, head: string, body: string }} Answer */

/**
 * A connection that is asked one thing at a time.
 * @param {number} port
 */
export const connect = async (port) => {
  const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  let received = "";
  /** @type {{ resolve: (answer: Answer) => void, reject: (error: Error) => void } | undefined} */
  let waiting;
  socket.setEncoding("latin1");
  socket.on("data", (chunk) => {
    received += chunk;
    const answer = whole(received);
    if (answer === undefined || waiting === undefined) return;
    received = "";
    waiting.resolve(answer);
  });
  const fail = () => waiting?.reject(new Error("the connection broke off"));
  socket.on("error", fail).on("close", fail);
  return {
    /** @param {string} request @returns {Promise<Answer>} */
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
};

/** The answer, once all of it is there. @param {string} text @returns {Answer | undefined} */
const whole = (text) => {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const body = text.slice(end + 4);
  const length = /\r\ncontent-length: (\d+)/i.exec(head);
  const isWhole = length ? body.length >= Number(length[1]) : body.endsWith("0\r\n\r\n");
  return isWhole ? { status: Number(head.slice(9, 12)), head, body } : undefined;
};

/**
 * @param {{ method: string, port: number, headers: Record<string, string>, body?: string,
 *   path?: string }} request
 */
export const written = ({ method, port, headers, body, path = "/api/consent" }) => {
  const lines = Object.entries({ host: `localhost:${port}`, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const length = body === undefined ? "" : `content-length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}${length}\r\n${body ?? ""}`;
};

/**
 * Asks on some connections at once, for so long.
 * @param {number} port
 * @param {{ clients: number, millis: number, request: () => string, status: number }} load
 * @returns {Promise<{ requests: number, seconds: number, waits: number[] }>} waits in milliseconds,
 *   sorted
 */
export const load = async (port, { clients, millis, request, status }) => {
  const connections = await Promise.all(Array.from({ length: clients }, () => connect(port)));
  /** @type {number[]} */
  const waits = [];
  const started = performance.now();
  const end = started + millis;
  try {
    await Promise.all(
      connections.map(async ({ ask }) => {
        for (let now = performance.now(); now < end; ) {
          const answer = await ask(request());
          const then = performance.now();
          if (answer.status !== status) throw new Error(`${answer.head}\n\n${answer.body}`);
          waits.push(then - now);
          now = then;
        }
      }),
    );
  } finally {
    for (const { close } of connections) close();
  }
  return {
    requests: waits.length,
    seconds: (performance.now() - started) / 1000,
    waits: waits.sort((a, b) => a - b),
  };
};
