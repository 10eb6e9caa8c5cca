// Loaded into the runtime's process: when the process that started it is gone, killed or not, the
// channel to it closes.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
