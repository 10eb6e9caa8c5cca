/** Any embedded page by its address. It is not shown; what visitors shall see belongs into a gated template. */
import { loader } from "../vendor.js";

/** By its address. @type {Map<string, HTMLIFrameElement>} */
const frames = new Map();

/** @type {import("../vendor.js").Step} */
const add = ({ id }) => {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  // It may run its scripts and use its own storage; it may neither navigate this page nor open windows.
  frame.sandbox.add("allow-scripts", "allow-same-origin");
  frame.src = id;
  document.body.append(frame);
  frames.set(id, frame);
};

export const load = loader({
  start: add,
  stop: ({ id }) => frames.get(id)?.remove(),
  resume: add,
});
