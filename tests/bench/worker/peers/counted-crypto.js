// node:crypto with its hashes counted.

import * as real from "node:crypto";

export const counts = { log: 0, signatures: 0, statements: 0, hashes: 0, macs: 0 };

export const { randomBytes, timingSafeEqual } = real;

export const createHash = (...words) => {
  counts.hashes += 1;
  return real.createHash(...words);
};

export const createHmac = (...words) => {
  counts.macs += 1;
  return real.createHmac(...words);
};
