// PeopleField: finds people while one types, keeps those picked as chips with hidden fields.
const WAIT_MS = 180;
const waiting = new WeakMap();

function changed(picker) {
  picker.dispatchEvent(new Event("change", { bubbles: true })); // whoever shows what the choice comes to
}

function parts(picker) {
  const input = picker.querySelector("input[role=combobox]");
  return { input, list: document.getElementById(input.getAttribute("aria-controls")) };
}

function options(list) {
  return [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
}

function typed(input) {
  return input.value.split(",").at(-1).trim(); // several names may be typed with commas between them
}

function close(picker) {
  const { input, list } = parts(picker);
  if (!list) return; // the form has gone meanwhile
  list.hidden = true;
  list.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function mark(picker, option) {
  const { input, list } = parts(picker);
  for (const other of options(list)) other.setAttribute("aria-selected", String(other === option));
  if (!option) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

async function find(picker) {
  const { input, list } = parts(picker);
  const asked = typed(input);
  if (!list || !asked) return close(picker);
  const answer = await fetch(`${picker.dataset.find}?q=${encodeURIComponent(asked)}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok || typed(input) !== asked) return;
  list.innerHTML = await answer.text();
  const picked = new Set([...picker.querySelectorAll("input[type=hidden]")].map((one) => one.value));
  for (const option of options(list)) if (picked.has(option.dataset.pick)) option.remove();
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  mark(picker, options(list)[0]);
}

function chip(picker, name, words) {
  const { input } = parts(picker);
  const one = document.createElement("span");
  one.className = "gp-pick";
  const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: picker.dataset.name, value: name });
  const away = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  away.setAttribute("aria-label", `Leave out ${words}`);
  away.dataset.unpick = "";
  one.append(words, away, hidden);
  picker.insertBefore(one, input);
}

function pick(picker, option) {
  const { input } = parts(picker);
  chip(picker, option.dataset.pick, option.dataset.words);
  input.value = input.value.split(",").slice(0, -1).map((name) => `${name.trim()}, `).join("");
  close(picker);
  input.focus();
  changed(picker);
}

// What the server sent back with commas was picked before: all but what it refuses stays picked.
function restore(picker) {
  const { input } = parts(picker);
  const names = input.value.split(",").map((name) => name.trim()).filter(Boolean);
  if (names.length < 2 || picker.querySelector(".gp-pick")) return;
  const said = document.getElementById(`${input.id}-said`);
  const refused = picker.hasAttribute("aria-invalid") ? names.filter((name) => said?.textContent.includes(name.replace(/^\w+:/, ""))) : [];
  for (const name of names) if (!refused.includes(name)) chip(picker, name, name.replace(/^\w+:/, ""));
  input.value = refused.join(", ");
}

function restoreAll(root) {
  for (const picker of root.querySelectorAll?.("[data-picker]") ?? []) restore(picker);
}

async function pickFirst(picker) {
  clearTimeout(waiting.get(picker));
  await find(picker);
  const [first] = options(parts(picker).list);
  if (first) pick(picker, first);
}

restoreAll(document);
document.addEventListener("htmx:load", (event) => restoreAll(event.target));

document.addEventListener("input", (event) => {
  const picker = event.target.closest?.("[data-picker]");
  if (!picker) return;
  clearTimeout(waiting.get(picker));
  waiting.set(picker, setTimeout(() => find(picker), WAIT_MS));
});

document.addEventListener("keydown", (event) => {
  const picker = event.target.closest?.("[data-picker]");
  if (!picker || event.target.getAttribute("role") !== "combobox") return;
  const { input, list } = parts(picker);
  const last = picker.querySelector(".gp-pick:last-of-type");
  if (event.key === "Backspace" && !input.value && last) {
    last.remove();
    changed(picker);
  }
  if (event.key === "Enter" && input.value.trim() && !options(list).length) {
    event.preventDefault(); // a name that was not found yet, or is nobody's, shares nothing
    pickFirst(picker);
    return;
  }
  if (list.hidden) return;
  const all = options(list);
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    mark(picker, all[(at + step + all.length) % all.length]);
  } else if (event.key === "Enter" && all[at]) {
    pick(picker, all[at]);
  } else if (event.key === "Escape") {
    close(picker);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.(".gp-picks [role=option]:not([aria-disabled])");
  if (!option) return;
  event.preventDefault();
  pick(document.querySelector(`[aria-controls="${option.parentElement.id}"]`).closest("[data-picker]"), option);
});

document.addEventListener("click", (event) => {
  const away = event.target.closest?.("[data-unpick]");
  if (away) {
    const picker = away.closest("[data-picker]");
    away.closest(".gp-pick").remove();
    changed(picker);
  } else if (event.target.matches?.("[data-picker]")) {
    parts(event.target).input.focus();
  }
});

document.addEventListener("focusout", (event) => {
  const picker = event.target.closest?.("[data-picker]");
  if (picker) setTimeout(() => close(picker), 120);
});
