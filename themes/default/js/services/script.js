/**
 * Any script by its address. It has no interface for a withdrawal, so the page is reloaded without
 * it.
 */
import { loader, release, request } from "../vendor.js";

export const load = loader({
  start: (settings) => void request(settings.id, settings, [new URL(settings.id).origin]),
  stop: (settings) => release(settings.id, settings),
});
