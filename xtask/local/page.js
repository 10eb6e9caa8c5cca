// Runs in pages that the local proxy serves (live-reload.mjs): reloads the page after a build, or
// shows the error of a failed one.
(() => {
  const events = new EventSource("/__dev/events");
  /** @type {HTMLDialogElement | undefined} */
  let shown;

  const hide = () => {
    shown?.remove();
    shown = undefined;
  };

  /** @param {string} report */
  const show = (report) => {
    hide();
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-labelledby", "dev-error");
    const title = document.createElement("h2");
    title.id = "dev-error";
    title.textContent = "The site could not be built";
    const text = document.createElement("pre");
    text.textContent = report;
    text.tabIndex = 0;
    const close = document.createElement("button");
    close.textContent = "Close";
    close.addEventListener("click", hide);
    dialog.append(title, text, close);
    // Set through the CSSOM, because the content security policy allows no style attributes.
    Object.assign(dialog.style, {
      maxInlineSize: "min(64rem, 94vw)",
      padding: "1.5rem",
      border: "4px solid #b00020",
      color: "#111",
      background: "#fff",
    });
    Object.assign(text.style, {
      overflow: "auto",
      maxBlockSize: "70vh",
      font: "14px/1.4 ui-monospace, monospace",
      whiteSpace: "pre",
    });
    document.body.append(dialog);
    dialog.showModal();
    shown = dialog;
  };

  events.addEventListener("failed", (event) => show(JSON.parse(event.data)));
  events.addEventListener("built", () => {
    hide();
    location.reload();
  });
  // An open connection would keep the page out of the back/forward cache.
  addEventListener("pagehide", () => events.close());
})();
