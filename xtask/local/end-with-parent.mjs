// Loaded into the runtime's process: when the parent process ends, even by SIGKILL, the IPC channel
// closes, and the runtime ends too.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
