import { renderToString } from "react-dom/server";
import { Document } from "./document.jsx";

/** The markup of a page. @param {string} path */
export const render = (path) => `<!doctype html>${renderToString(<Document path={path} />)}`;
