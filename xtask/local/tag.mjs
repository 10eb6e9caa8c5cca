// What the tag of a page under development asks the local server for, in the address of embed.js:
// `?country=US-CA` and `&gpc` choose the visitor that the page's requests stand for, `&reset` makes
// the browser forget its choice. A deployment has no such words; there they change nothing.

import { visitorNamed, visitorOf } from "./visitor.mjs";

/** The page whose requests these are. @param {import("node:http").IncomingMessage} request */
const pageOf = ({ headers: { origin, referer } }) =>
  origin ?? (URL.canParse(String(referer)) ? new URL(String(referer)).origin : "");

/** The consent cookie and its companion. */
const COOKIES = ["kelisim_cc_cookie", "__Host-kelisim_subject"];

/** Ends both cookies, those of a page of another site too, which browsers keep apart. */
const FORGET = COOKIES.flatMap((name) =>
  ["SameSite=Lax", "SameSite=None; Partitioned"].map(
    (context) => `${name}=; Max-Age=0; Path=/; Secure; ${context}`,
  ),
);

/**
 * Remembers for which visitor each page's requests stand.
 * @returns {{ visitor: (request: import("node:http").IncomingMessage) =>
 *   import("./visitor.mjs").Visitor, cookies: (request: import("node:http").IncomingMessage) =>
 *   string[] }} the visitor of a request, and the values of `Set-Cookie` that its answer gets
 */
export const createTags = () => {
  /** By the page's origin; empty for pages that name none. @type {Map<string, string>} */
  const named = new Map();
  /** The words of the tag, if it asks. @param {import("node:http").IncomingMessage} request */
  const words = ({ url = "" }) => {
    const [path, query] = url.split("?", 2);
    return path === "/embed.js" ? new URLSearchParams(query) : undefined;
  };
  return {
    visitor: (request) => {
      const page = pageOf(request);
      const tag = words(request);
      if (tag) {
        const label = [tag.has("gpc") ? "gpc" : "", tag.get("country") ?? ""];
        const visitor = label.filter(Boolean).join("-").toLowerCase();
        if (visitor) named.set(page, visitor);
        else named.delete(page);
      }
      const visitor = named.get(page) ?? named.get("");
      return visitor === undefined ? visitorOf(request.headers.host) : visitorNamed(visitor);
    },
    cookies: (request) => (words(request)?.has("reset") ? FORGET : []),
  };
};
