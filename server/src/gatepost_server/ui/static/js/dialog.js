// Dialogs arrive in #dialog-slot (htmx) and are shown; closing empties the slot.
const slot = document.getElementById("dialog-slot");

function isGuarded(root) {
  const guard = root?.matches?.("[data-guard]") ? root : root?.querySelector?.("[data-guard]");
  return Boolean(guard && !guard.querySelector("[data-stored]")?.checked);
}

function mayClose(dialog) {
  return !isGuarded(dialog) || window.confirm("You will not see this again. Close it without having stored it?");
}

function shut(dialog) {
  if (!mayClose(dialog)) return;
  dialog.close();
  slot.replaceChildren();
}

document.addEventListener("htmx:afterSwap", () => {
  const dialog = slot?.querySelector("dialog[data-dialog]");
  if (!dialog || dialog.open) return;
  document.querySelectorAll("[popover]:popover-open").forEach((open) => open.hidePopover());
  dialog.showModal();
  // htmx would focus it once more when the swap has settled: what is typed by then would end in another field.
  dialog.querySelectorAll("[autofocus]").forEach((field) => field.removeAttribute("autofocus"));
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    shut(dialog);
  });
});

document.addEventListener("click", (event) => {
  const close = event.target.closest("dialog [data-close]");
  if (close) {
    event.preventDefault();
    shut(close.closest("dialog"));
    return;
  }
  if (event.target.closest("[data-dismiss]")) event.target.closest("[data-status]").remove();
});

document.addEventListener("submit", (event) => {
  if (!event.target.closest("[data-guard]")) return;
  window.removeEventListener("beforeunload", warn);
  event.preventDefault(); // a form with nothing to send would leave a lone "?" in the address
  window.location.assign(event.target.action);
});

function warn(event) {
  if (isGuarded(document)) event.preventDefault();
}
window.addEventListener("beforeunload", warn);

document.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.elt.querySelector?.("button.btn-primary, button.btn-danger")?.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:sendError", () => {
  window.alert("Gatepost did not answer. Check the connection and try again.");
});
