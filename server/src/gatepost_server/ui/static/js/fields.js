// Fields: show a password, unlock a button by a typed name, tabs of examples, dropped files.
document.addEventListener("click", (event) => {
  const eye = event.target.closest("[data-show-password]");
  if (!eye) return;
  const input = eye.parentElement.querySelector("input");
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  eye.setAttribute("aria-pressed", String(shown));
  const use = eye.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, shown ? "#eye-off" : "#eye"));
});

function lockTyped(root) {
  root.querySelectorAll("[data-typed-name]").forEach((input) => {
    const button = input.form.querySelector("button.btn-danger");
    const check = () => (button.disabled = input.value !== input.dataset.typedName);
    input.addEventListener("input", check);
    check();
  });
}

function select(tab) {
  const box = tab.closest("[data-snippets]");
  for (const other of box.querySelectorAll("[role=tab]")) {
    const here = other === tab;
    other.setAttribute("aria-selected", String(here));
    other.tabIndex = here ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = !here;
  }
}

function tabs(root) {
  root.querySelectorAll("[data-snippets] [role=tab][aria-selected=true]").forEach(select);
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-snippets] [role=tab]");
  if (tab) select(tab);
});

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[data-snippets] [role=tab]");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!tab || !step) return;
  const all = [...tab.parentElement.querySelectorAll("[role=tab]")];
  const next = all[(all.indexOf(tab) + step + all.length) % all.length];
  select(next);
  next.focus();
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragover");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    const input = zone.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-drop] input[type=file]")) return;
  const name = event.target.form.querySelector("input[name=name]");
  const file = event.target.files[0];
  if (name && file && !name.value && !name.dataset.fills) name.value = file.name.replace(/\.(tar\.gz|tgz|zip)$/i, "").replace(/[-_]+/g, " ");
});

// A whole key that is pasted into a search is cut to its prefix before anything is sent.
document.addEventListener(
  "input",
  (event) => {
    if (!event.target.matches?.(".gp-find input")) return;
    const masked = event.target.value.replace(/\b(gp[pjgcvx]_[0-9A-Za-z]{10})[0-9A-Za-z]+/g, "$1");
    if (masked !== event.target.value) event.target.value = masked;
  },
  true,
);

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb === "get") delete event.detail.parameters.csrf_token;
});

document.addEventListener("change", (event) => {
  if (event.target.matches?.("select[data-submits]")) event.target.form.requestSubmit();
});

document.addEventListener("htmx:afterSwap", () => {
  lockTyped(document);
  tabs(document);
});
lockTyped(document);
tabs(document);
