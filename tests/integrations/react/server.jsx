import { renderToPipeableStream } from "react-dom/server";
import { Document } from "./document.jsx";

/** Reviews that are not there before `arrived` is fulfilled, for Suspense. */
const waiting = (arrived) => {
  let isThere = false;
  const waits = arrived.then(() => (isThere = true));
  return {
    read: () => {
      if (!isThere) throw waits;
      return "All like it";
    },
  };
};

/**
 * Answers a request for a page.
 * @param {import("node:http").ServerResponse} response
 * @param {URL} address
 * @param {string} script of the browser
 * @param {Promise<unknown>} arrived when the late part of the page is there
 */
export const answer = (response, { pathname, searchParams }, script, arrived) => {
  const reviews = searchParams.has("reviews") && waiting(arrived);
  const { pipe } = renderToPipeableStream(<Document path={pathname} reviews={reviews} />, {
    bootstrapScripts: [script],
    onShellReady: () => {
      response.setHeader("content-type", "text/html; charset=utf-8");
      pipe(response);
    },
  });
};
