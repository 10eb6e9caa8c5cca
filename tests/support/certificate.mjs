// A self-signed certificate for a test's server, so that this machine can answer for vendors' https
// addresses.

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** @param {number} tag @param {...(Buffer | Uint8Array)} parts */
const der = (tag, ...parts) => {
  const body = Buffer.concat(parts);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.from(
    body.length.toString(16).padStart(body.length < 256 ? 2 : 4, "0"),
    "hex",
  );
  return Buffer.concat([Buffer.from([tag, 0x80 + length.length]), length, body]);
};
/** @param {...Buffer} parts */
const sequence = (...parts) => der(0x30, ...parts);
/** @param {string} hex */
const object = (hex) => der(0x06, Buffer.from(hex, "hex"));
/** @param {Date} date */
const time = (date) =>
  der(
    0x17,
    Buffer.from(date.toISOString().replace(/^..(..)-(..)-(..)T(..):(..):(..).*$/, "$1$2$3$4$5$6Z")),
  );
/** @param {Buffer} body @param {string} label */
const pem = (body, label) =>
  `-----BEGIN ${label}-----\n${body.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END ${label}-----\n`;

/**
 * @returns {{key: string, cert: string}} for `https.createServer`; browsers accept it only if they
 *   ignore certificate errors
 */
export const certificate = () => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaWithSha256 = sequence(object("2a8648ce3d040302"));
  const commonName = sequence(object("550403"), der(0x0c, Buffer.from("vendors of a test")));
  const name = sequence(der(0x31, commonName));
  const now = Date.now();
  const day = 24 * 60 * 60 * 1000;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name,
    sequence(time(new Date(now - day)), time(new Date(now + day))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", body, privateKey);
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: pem(
      sequence(body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature)),
      "CERTIFICATE",
    ),
  };
};
