/**
 * Any embedded page by its address. It is not shown; what visitors shall see belongs into a gated
 * template.
 */
import { loader } from "../vendor.js";

/** By its address. @type {Map<string, HTMLIFrameElement>} */
const frames = new Map();

/** @type {import("../vendor.js").Step} */
const add = ({ id }) => {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  // It may run its scripts and use its own storage; it may neither navigate this page nor open
  // windows.
  frame.sandbox.add("allow-scripts", "allow-same-origin");
  frame.src = id;
  frames.set(id, frame);
  const show = () => frames.get(id) === frame && document.body.append(frame);
  // An essential service may start before the page has a body.
  if (document.body) show();
  else document.addEventListener("DOMContentLoaded", show);
};

export const load = loader({
  start: add,
  stop: ({ id }) => {
    frames.get(id)?.remove();
    frames.delete(id);
  },
  resume: add,
});
