// Starts the real server for a test: see `Server` in xtask/local/server.mjs.
export { startServer } from "../../xtask/local/server.mjs";
