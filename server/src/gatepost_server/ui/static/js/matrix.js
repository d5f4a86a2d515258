// PermissionMatrix: implied ticks are locked, arrow keys walk, projects are found by name.
import { bringers, isLocked, mark } from "./implying.js";

const WAIT_MS = 200;

function follow(root) {
  const told = JSON.parse(root.dataset.told);
  const body = root.querySelector("tbody");
  const find = root.querySelector("[data-find-projects]");
  let waiting = 0;

  function boxes(row) {
    return [...row.querySelectorAll("input[data-permission]")];
  }

  function given(row) {
    return boxes(row).filter((box) => box.checked && !isLocked(box)).map((box) => box.dataset.permission);
  }

  // A locked tick is not sent: the server knows what comes along.
  function draw(row) {
    const held = new Set(given(row));
    const by = bringers(held, told.implied);
    for (const box of boxes(row)) {
      const name = box.dataset.permission;
      mark(box, held.has(name), by.has(name) ? `from ${told.words[by.get(name)]}` : "");
      box.dataset.name ??= box.name;
      box.name = isLocked(box) ? "" : box.dataset.name;
    }
    row.classList.toggle("chg", held.size > 0);
  }

  function sum() {
    const rows = [...body.rows].filter((row) => given(row).length);
    root.querySelector("[data-summary]").textContent = rows.length
      ? `Opens ${rows.length} ${rows.length === 1 ? "project" : "projects"}.`
      : "Nothing is given yet: the key opens nothing.";
  }

  function drawAll() {
    for (const row of body.rows) draw(row);
    enter(boxes(body)[0]);
    sum();
  }

  // One tick of the whole matrix is in the order of Tab; arrows move it.
  function enter(box) {
    for (const other of boxes(body)) other.tabIndex = other === box ? 0 : -1;
  }

  async function look() {
    const asked = find.value.trim();
    const answer = await fetch(`${root.dataset.find}?q=${encodeURIComponent(asked)}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok || find.value.trim() !== asked) return;
    const shelf = document.createElement("tbody");
    shelf.innerHTML = await answer.text();
    const found = new Map([...shelf.rows].map((row) => [row.dataset.project, row]));
    for (const row of [...body.rows]) {
      row.hidden = !found.has(row.dataset.project);
      found.delete(row.dataset.project);
    }
    body.append(...found.values());
    drawAll();
    root.querySelector("[data-nothing]").hidden = [...body.rows].some((row) => !row.hidden);
    const first = [...body.rows].find((row) => !row.hidden);
    if (first) enter(boxes(first)[0]);
  }

  find.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, WAIT_MS);
  });
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  body.addEventListener("change", (event) => {
    if (!event.target.matches("input[data-permission]")) return;
    draw(event.target.closest("tr"));
    sum();
  });
  body.addEventListener("focusin", (event) => {
    if (event.target.matches("input[data-permission]")) enter(event.target);
  });
  body.addEventListener("keydown", (event) => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0], Home: [0, -99], End: [0, 99] }[event.key];
    if (!step || !event.target.matches("input[data-permission]")) return;
    event.preventDefault();
    const rows = [...body.rows].filter((row) => !row.hidden);
    const row = event.target.closest("tr");
    const next = rows[Math.min(Math.max(rows.indexOf(row) + step[0], 0), rows.length - 1)];
    const all = boxes(next);
    const at = boxes(row).indexOf(event.target) + step[1];
    all[Math.min(Math.max(at, 0), all.length - 1)].focus();
  });
  drawAll();
}

document.querySelectorAll("[data-matrix]").forEach(follow);
