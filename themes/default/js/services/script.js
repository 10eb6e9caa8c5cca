/**
 * Any script by its address. It has no interface for a withdrawal, so the page is reloaded without
 * it.
 */
import { abandon, loader, loadScript } from "../vendor.js";

/** By their address. @type {Map<string, HTMLScriptElement>} */
const elements = new Map();

/** @type {import("../vendor.js").Step} */
const start = ({ id, scripts = [] }) =>
  void elements.set(id, loadScript(id, [new URL(id).origin, ...scripts]));

export const load = loader({
  start,
  stop: ({ id }) => {
    if (abandon(elements.get(id))) elements.delete(id);
  },
  resume: (settings, choice) => {
    if (!elements.has(settings.id)) start(settings, choice);
  },
});
