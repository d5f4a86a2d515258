// PermissionForm: ticks and JSON of a project key, each in step with the other.
import { bringers, isLocked, mark } from "./implying.js";

class Wrong extends Error {
  constructor(words, line = 0) {
    super(words);
    this.line = line;
  }
}

function lineOf(text, needle) {
  const at = text.indexOf(JSON.stringify(needle));
  return at < 0 ? 0 : text.slice(0, at).split("\n").length;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = /position (\d+)/.exec(error.message);
    const line = /line (\d+)/.exec(error.message);
    const at = place ? text.slice(0, Number(place[1])).split("\n").length : text.trimEnd().split("\n").length;
    throw new Wrong("This is not JSON: look for a missing comma, quote or bracket.", line ? Number(line[1]) : at);
  }
}

function names(list, known, text, where) {
  if (!Array.isArray(list)) throw new Wrong(`${where} has to be a list of permissions.`, lineOf(text, where));
  const unknown = list.find((one) => !known.includes(one));
  if (unknown !== undefined) throw new Wrong(`There is no permission ${JSON.stringify(unknown)} here.`, lineOf(text, unknown));
  return new Set(list);
}

// Read the text as permissions; throws Wrong with the line that is at fault.
function read(text, told) {
  const held = parsed(text);
  if (held === null || typeof held !== "object" || Array.isArray(held)) throw new Wrong("It has to be an object in { }.", 1);
  const other = Object.keys(held).find((one) => !["permissions", "datasets"].includes(one));
  if (other !== undefined) throw new Wrong(`${JSON.stringify(other)} is not known here: only permissions and datasets.`, lineOf(text, other));
  const project = names(held.permissions ?? [], told.onProject, text, "permissions");
  const datasets = new Map();
  const given = held.datasets ?? {};
  if (given === null || typeof given !== "object" || Array.isArray(given)) throw new Wrong("datasets has to be an object in { }.", lineOf(text, "datasets"));
  for (const [name, list] of Object.entries(given)) {
    if (told.areAll && !told.datasets.includes(name)) throw new Wrong(`The project has no dataset ${JSON.stringify(name)}.`, lineOf(text, name));
    datasets.set(name, names(list, told.onDataset, text, name));
  }
  return { project, datasets };
}

function inOrder(set, order) {
  return order.filter((one) => set.has(one));
}

function write(state, told) {
  const datasets = {};
  for (const [name, set] of state.datasets) datasets[name] = inOrder(set, told.onDataset);
  return JSON.stringify({ permissions: inOrder(state.project, told.onProject), datasets }, null, 2);
}

// Return what *now* has and *before* has not, in words.
function more(now, before, told) {
  const said = [...now.project].filter((one) => !before.project.has(one)).map((one) => told.words[one]);
  for (const [name, set] of now.datasets) {
    const old = before.datasets.get(name) ?? new Set();
    for (const one of set) if (!old.has(one)) said.push(`${told.words[one]} on ${name}`);
  }
  return said;
}

function listed(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function follow(root) {
  const told = JSON.parse(root.dataset.told);
  const area = root.querySelector("textarea");
  const part = (name) => root.querySelector(`[data-${name}]`);
  const table = part("rows").querySelector("tbody");
  const template = root.querySelector("template").content.firstElementChild;
  const saved = told.saved ? read(told.saved, told) : null;
  let state = { project: new Set(), datasets: new Map() };

  function drawProject() {
    const by = bringers(state.project, told.implied);
    for (const box of root.querySelectorAll("input[data-on='']")) {
      const name = box.dataset.permission;
      const from = by.has(name) ? `from ${told.words[by.get(name)]}` : "";
      mark(box, state.project.has(name), from);
      tint(box, state.project.has(name), saved?.project.has(name));
      const note = box.parentElement.querySelector("[data-note]");
      note.textContent = box.classList.contains("imp") ? from : name;
      note.classList.toggle("mono", !box.classList.contains("imp"));
    }
  }

  function tint(box, isGiven, wasGiven) {
    box.classList.toggle("new", saved !== null && isGiven && !wasGiven);
    box.classList.toggle("gone", saved !== null && !isGiven && Boolean(wasGiven));
  }

  function row(name) {
    const made = template.cloneNode(true);
    made.dataset.dataset = name;
    made.querySelector("th").textContent = name;
    made.querySelector("th").title = name;
    made.querySelector("button").setAttribute("aria-label", `Leave out ${name}`);
    for (const box of made.querySelectorAll("input")) box.setAttribute("aria-label", `${told.words[box.dataset.permission]} on ${name}`);
    return made;
  }

  function drawDatasets() {
    const present = new Map([...table.children].map((one) => [one.dataset.dataset, one]));
    for (const [name, one] of present) if (!state.datasets.has(name)) one.remove();
    const flowing = bringers(state.project, told.flowing);
    for (const [name, set] of state.datasets) {
      const line = present.get(name) ?? table.appendChild(row(name));
      const by = bringers(set, told.implied);
      for (const box of line.querySelectorAll("input")) {
        const one = box.dataset.permission;
        const own = by.has(one) ? `from ${told.words[by.get(one)]}` : "";
        const wide = flowing.has(one) ? `from ${told.words[flowing.get(one)]} in the whole project` : "";
        mark(box, set.has(one), own || wide);
        tint(box, set.has(one), saved?.datasets.get(name)?.has(one));
      }
    }
    part("rows").hidden = !state.datasets.size;
    part("no-rows").hidden = Boolean(state.datasets.size);
  }

  function drawAdd() {
    const free = told.datasets.filter((one) => !state.datasets.has(one));
    const add = part("add");
    add.replaceChildren(new Option(told.datasets.length ? "Add a dataset…" : "No datasets yet", ""), ...free.map((one) => new Option(one, one)));
    add.disabled = !free.length;
  }

  function drawChanges() {
    if (saved === null) return;
    const [gains, loses] = [more(state, saved, told), more(saved, state, told)];
    const count = gains.length + loses.length;
    part("changes").hidden = !count;
    const parts = [gains.length ? `gains ${listed(gains)}` : "", loses.length ? `loses ${listed(loses)}` : ""].filter(Boolean);
    const head = Object.assign(document.createElement("b"), { textContent: `${count} ${count === 1 ? "change" : "changes"} not saved.` });
    part("changes-words").replaceChildren(head, ` The key ${parts.join(" and ")}.`);
  }

  function drawLines() {
    const count = area.value.split("\n").length;
    part("lines").textContent = Array.from({ length: count }, (_, at) => at + 1).join("\n");
    area.rows = Math.max(count, 12);
  }

  function draw() {
    drawProject();
    drawDatasets();
    drawAdd();
    drawChanges();
    drawLines();
  }

  function say(fault) {
    part("json-error").hidden = !fault;
    part("json-hint").hidden = Boolean(fault);
    part("valid").hidden = Boolean(fault);
    area.toggleAttribute("aria-invalid", Boolean(fault));
    if (fault) {
      area.setAttribute("aria-invalid", "true");
      part("json-error").querySelector("span").textContent = (fault.line ? `Line ${fault.line}: ` : "") + fault.message;
    }
  }

  function fromText() {
    try {
      state = read(area.value, told);
      say(null);
    } catch (fault) {
      if (!(fault instanceof Wrong)) throw fault;
      say(fault);
      drawLines();
      return;
    }
    draw();
  }

  function fromTicks() {
    area.value = write(state, told);
    say(null);
    draw();
  }

  area.addEventListener("input", fromText);
  root.addEventListener("change", (event) => {
    const box = event.target.closest("input[data-permission]");
    if (box && !isLocked(box)) {
      const set = box.dataset.on === "" ? state.project : state.datasets.get(box.closest("tr").dataset.dataset);
      if (box.checked) set.add(box.dataset.permission);
      else set.delete(box.dataset.permission);
      fromTicks();
    } else if (event.target.matches("[data-add]") && event.target.value) {
      const name = event.target.value;
      state.datasets.set(name, new Set(["READ_DATA", "READ_METADATA"]));
      fromTicks();
      [...table.children].find((one) => one.dataset.dataset === name).querySelector("input").focus();
    }
  });
  root.addEventListener("click", (event) => {
    const out = event.target.closest("[data-leave-out]");
    if (!out) return;
    state.datasets.delete(out.closest("tr").dataset.dataset);
    fromTicks();
    part("add").focus();
  });
  part("clear")?.addEventListener("click", (event) => {
    area.value = event.currentTarget.dataset.clear;
    fromText();
    area.focus();
  });
  area.form?.addEventListener("submit", (event) => {
    if (area.getAttribute("aria-invalid") !== "true") return;
    event.preventDefault();
    area.focus();
  });

  const sent = part("json-error").hidden ? null : part("json-error").textContent.trim();
  fromText();
  if (sent && area.getAttribute("aria-invalid") !== "true") say(new Wrong(sent.replace(/^Line \d+: /, "")));
}

document.querySelectorAll("[data-permissions]").forEach(follow);
