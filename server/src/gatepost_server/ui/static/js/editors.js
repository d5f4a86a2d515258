// Editors: a value made up from another until somebody types one, and JSON checked while typing.
const MADE = {
  key: (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toUpperCase().replace(/[^A-Z0-9]+/g, "_").replace(/^[_0-9]+|_+$/g, "").slice(0, 50),
  dataset: (text) => text.replace(/\.(csv|parquet|json|ndjson|jsonl|arrow)$/i, "").replace(/[^A-Za-z0-9_.-]+/g, "_").replace(/^[.-]+/, "").slice(0, 100),
};
const SHAPES = { object: "a JSON object, {…}", list: "a JSON list, […]" };

function fill(form, text) {
  for (const input of form.querySelectorAll("input[data-fills]")) {
    if (input.dataset.typed === undefined) input.value = MADE[input.dataset.fills](text);
  }
}

function isOf(shape, value) {
  return shape === "list" ? Array.isArray(value) : value !== null && typeof value === "object" && !Array.isArray(value);
}

function say(area, words, look) {
  const said = document.getElementById(area.getAttribute("aria-describedby"));
  if (!said) return;
  said.className = look === "hint" ? "gp-hint" : `gp-hint ${look}`;
  if (said.textContent !== words) said.textContent = words;
  area.setAttribute("aria-invalid", String(look === "bad"));
}

function check(area) {
  const said = document.getElementById(area.getAttribute("aria-describedby"));
  if (!area.value.trim()) return say(area, said?.dataset.hint ?? "", "hint");
  try {
    const isGood = isOf(area.dataset.checks, JSON.parse(area.value));
    say(area, isGood ? "Valid JSON." : `It has to be ${SHAPES[area.dataset.checks]}.`, isGood ? "ok" : "bad");
  } catch (error) {
    say(area, `No JSON yet: ${error.message}`, "bad");
  }
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.matches?.("input[data-fills]")) {
    if (field.value) field.dataset.typed = "";
    else delete field.dataset.typed;
  }
  if (field.matches?.("textarea[data-checks]")) check(field);
  if (field.matches?.("input[name=name]") && field.form?.querySelector("input[data-fills=key]")) fill(field.form, field.value);
});

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-drop] input[type=file]")) return;
  const file = event.target.files[0];
  if (file && event.target.form.querySelector("input[data-fills=dataset]")) fill(event.target.form, file.name);
});
