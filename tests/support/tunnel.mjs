// A proxy that leads to one local server whatever host is asked for: engines without an option that
// maps host names reach the hosts of a test through it.

import http from "node:http";
import net from "node:net";

/**
 * Starts the proxy, for https alone.
 * @param {number} port of the local server
 * @returns {Promise<{port: number, stop: () => Promise<void>}>}
 */
export const startTunnel = async (port) => {
  const proxy = http.createServer((_, response) => response.writeHead(403).end());
  /** @type {Set<import("node:stream").Duplex>} */
  const sockets = new Set();
  proxy.on("connect", (_, client) => {
    const server = net.connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      client.pipe(server).pipe(client);
    });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ]) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", () => resolve(undefined)));
  return {
    port: /** @type {net.AddressInfo} */ (proxy.address()).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
};
