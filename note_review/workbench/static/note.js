// The page of a note: every step is sent and kept at once, what it changes comes back as HTML; findings and words show one another.
import { announce, keysOn, nameKeys, token } from "./keys.js";
import { selected, WordCursor } from "./words.js";

const desk = document.getElementById("desk");
const text = document.getElementById("text");
const mine = desk.dataset.mine === "yes";
const attributes = JSON.parse(desk.dataset.attributes);
const bar = document.getElementById("markbar");
const addbar = document.getElementById("addbar");
const saved = document.getElementById("saved");
const cursor = new WordCursor();
let revision = Number(desk.dataset.revision);
let chosen = null;
let sending = Promise.resolve();
let pending = 0;

// Steps go one after the other; each is asked for when its turn comes, so that it names the mark as it is by then.
function take(make) {
  if (!mine) return;
  pending += 1;
  saved.textContent = "Saving …";
  sending = sending.then(() => send(make())).catch((error) => fail(error.message)).finally(() => (pending -= 1));
}

async function send(step) {
  if (!step) return;
  const answer = await fetch(`/workbench/notes/${desk.dataset.id}/step`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-Token": token },
    body: JSON.stringify({ revision, step }),
  }).catch(() => null);
  if (answer === null) throw new Error("Not saved: the server does not answer. The step was not taken; try it again.");
  const said = await answer.json();
  if (answer.status === 401) return ended();
  if (!answer.ok) throw new Error(`${said.detail}.`);
  apply(said, step);
}

function apply(said, step) {
  revision = said.revision;
  for (const [number, html] of Object.entries(said.lines)) document.getElementById(`l${number}`).outerHTML = html;
  for (const [name, html] of Object.entries(said.panels)) swap(document.getElementById(name), html);
  document.getElementById("query").value = said.query;
  document.getElementById("accept-words").textContent = revision ? "Accept corrected" : "Agree";
  document.getElementById("step-undo").hidden = !revision;
  document.getElementById("step-redo").hidden = !said.redo;
  document.getElementById("undo-last").hidden = Boolean(revision);
  saved.textContent = "Saved";
  if (said.mark !== null) choose(said.mark, { focus: ["add", "move", "relabel"].includes(step.do) });
  else if (chosen !== null) choose(find(chosen).length ? chosen : null);
  nameKeys();
}

// A part that is exchanged keeps what was focused and opened in it.
function swap(panel, html) {
  const focusable = () => [...panel.querySelectorAll("button, select, input, summary, [tabindex]")];
  const at = focusable().indexOf(document.activeElement);
  panel.innerHTML = html;
  if (at >= 0) (focusable()[at] ?? focusable().at(-1))?.focus();
}

function fail(words) {
  saved.textContent = words;
  saved.classList.add("bad");
  setTimeout(() => saved.classList.remove("bad"), 4000);
}

function ended() {
  const back = encodeURIComponent(location.pathname);
  saved.innerHTML = "";
  const link = Object.assign(document.createElement("a"), { href: `/workbench/login?next=${back}`, textContent: "The session has ended. Sign in again: what was saved is there." });
  saved.append(link);
  link.focus();
}

// Marks.
const find = (start) => [...text.querySelectorAll(`mark[data-mark="${start}"]`)];
const allMarks = () => [...text.querySelectorAll("mark:not(.cut-start)")];

function choose(start, { focus = false } = {}) {
  for (const mark of text.querySelectorAll('mark[aria-pressed="true"]')) mark.setAttribute("aria-pressed", "false");
  chosen = start;
  if (bar) bar.hidden = start === null;
  if (start === null) return;
  const marks = find(start);
  for (const mark of marks) mark.setAttribute("aria-pressed", "true");
  if (focus) marks[0]?.focus({ preventScroll: true });
  marks[0]?.scrollIntoView({ block: "nearest" });
  if (bar && marks[0]) fill(marks[0]);
}

function fill(mark) {
  leaveWords();
  const { label, attribute } = mark.dataset;
  const [scope, value] = attribute.split(":");
  document.getElementById("mark-label").value = label;
  const select = document.getElementById("mark-attribute");
  const offered = attributes[label].includes(scope) ? attributes[label] : [scope, ...attributes[label]];
  select.replaceChildren(...offered.map((name) => new Option(name.replaceAll("_", " "), name, false, name === scope)));
  document.getElementById("mark-minutes-label").hidden = label !== "M";
  document.getElementById("mark-minutes").value = value ?? "";
}

function relabel() {
  const label = document.getElementById("mark-label").value;
  const scope = document.getElementById("mark-attribute").value;
  const known = attributes[label].includes(scope) ? scope : null;
  const minutes = document.getElementById("mark-minutes").value || "0";
  take(() => ({ do: "relabel", mark: chosen, label, attribute: label === "M" && known ? `${known}:${minutes}` : known }));
}

function moveEdge(edge, by) {
  if (chosen !== null) take(() => ({ do: "move", mark: chosen, edge, by }));
}

function remove() {
  const start = chosen;
  const list = allMarks();
  const at = list.findIndex((mark) => Number(mark.dataset.mark) === start);
  const after = list[at + 1] ?? list[at - 1];
  chosen = after ? Number(after.dataset.mark) : null;
  take(() => ({ do: "delete", mark: start }));
  if (chosen === null) bar.hidden = true;
}

function step(list, by, here) {
  if (!list.length) return null;
  return list[here < 0 ? (by > 0 ? 0 : list.length - 1) : (here + by + list.length) % list.length];
}

// New marks: of words chosen with the mouse, or with the cursor that moves by words.
let fresh = null;
function offer(range) {
  fresh = range;
  addbar.hidden = !range;
  if (range) bar.hidden = true;
}

function add(label) {
  if (!fresh) return;
  const { start, end } = fresh;
  leaveWords();
  document.getSelection().removeAllRanges();
  take(() => ({ do: "add", label, start, end }));
}

function leaveWords() {
  cursor.leave();
  if (addbar) offer(null);
}

function enterWords() {
  const from = chosen ?? 0;
  choose(null);
  cursor.enter(from);
  if (!cursor.on) return;
  text.focus({ preventScroll: true });
  offer(cursor.range);
  announce(`Word cursor: ${cursor.range.words}`);
}

// Findings and the words they rest on show one another.
function light(ids) {
  for (const lit of document.querySelectorAll(".lit[data-ev]")) lit.classList.remove("lit");
  for (const id of ids) for (const element of document.querySelectorAll(`[data-ev~="${id}"]`)) element.classList.add("lit");
}
const idsOf = (element) => element?.closest("[data-ev]")?.dataset.ev.split(" ") ?? [];
const small = (ids) => ids.filter((id) => !id.startsWith("s")).concat(ids.filter((id) => id.startsWith("s"))).slice(0, 4);

desk.addEventListener("mouseover", (event) => light(small(idsOf(event.target))));
desk.addEventListener("focusin", (event) => {
  const ids = idsOf(event.target);
  light(ids);
  if (event.target.matches(".side [data-ev]")) text.querySelector(`.ev[data-ev~="${ids[0]}"]`)?.scrollIntoView({ block: "nearest" });
});

desk.addEventListener("click", (event) => {
  const target = event.target;
  const mark = target.closest("#text mark");
  if (mark && document.getSelection().isCollapsed) return choose(Number(mark.dataset.mark), { focus: true });
  const button = target.closest("[data-step]");
  if (button) return take(() => JSON.parse(button.dataset.step));
  const edge = target.closest("[data-edge]");
  if (edge) return moveEdge(edge.dataset.edge, Number(edge.dataset.by));
  const label = target.closest("[data-add]");
  if (label) return add(label.dataset.add);
  const jump = target.closest(".jump");
  if (jump) {
    const list = allMarks().filter((m) => m.dataset.label === jump.dataset.label);
    const next = step(list, 1, list.findIndex((m) => Number(m.dataset.mark) === chosen));
    if (next) choose(Number(next.dataset.mark));
  }
});

desk.addEventListener("change", (event) => {
  const field = event.target;
  if (field.id === "mark-label" || field.id === "mark-attribute" || field.id === "mark-minutes") return relabel();
  if (field.dataset.change && field.value !== "") {
    const value = field.value;
    take(() => ({ ...JSON.parse(field.dataset.change), [field.dataset.field]: value }));
  }
});

if (mine) {
  document.getElementById("mark-delete").addEventListener("click", remove);
  document.getElementById("add-leave").addEventListener("click", leaveWords);
  document.getElementById("word-mode").addEventListener("click", enterWords);
  document.getElementById("step-undo").addEventListener("click", () => take(() => ({ do: "undo" })));
  document.getElementById("step-redo").addEventListener("click", () => take(() => ({ do: "redo" })));
  let settling;
  document.addEventListener("selectionchange", () => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      if (!cursor.on && (selected() || fresh)) offer(selected());
    }, 150);
  });
  // What is still being saved is saved before the decision.
  document.getElementById("accept").addEventListener("submit", (event) => {
    if (!pending) return;
    event.preventDefault();
    sending.then(() => event.target.requestSubmit());
  });
}

const levels = ["low", "moderate", "high", "guide"];
function cycleRisk() {
  const pressed = [...document.querySelectorAll("#risk button")].map((button) => button.getAttribute("aria-pressed") === "true");
  const at = pressed[3] ? 3 : pressed.indexOf(true);
  take(() => ({ do: "risk", risk: levels[(at + 1) % 4] }));
}

function openDismissal(finding) {
  const menu = finding.querySelector("details.dismiss");
  if (!menu) return;
  menu.open = true;
  menu.querySelector("button").focus();
}

const findings = () => [...document.querySelectorAll(".side .finding")];
const actions = {
  j: () => goToMark(1),
  k: () => goToMark(-1),
  r: () => step(findings(), 1, findings().indexOf(document.activeElement.closest(".finding")))?.focus(),
  R: () => step(findings(), -1, findings().indexOf(document.activeElement.closest(".finding")))?.focus(),
  ".": () => moveEdge("end", 1),
  ",": () => moveEdge("end", -1),
  "<": () => moveEdge("start", -1),
  ">": () => moveEdge("start", 1),
  c: () => chosen !== null && document.getElementById("mark-attribute").focus(),
  g: cycleRisk,
  x: () => {
    const finding = document.activeElement.closest(".finding");
    if (finding) openDismissal(finding);
    else if (chosen !== null) remove();
  },
  u: () => {
    if (revision) take(() => ({ do: "undo" }));
    else document.getElementById("undo-last")?.requestSubmit();
  },
  U: () => take(() => ({ do: "redo" })),
};

function goToMark(by) {
  const list = allMarks();
  const next = step(list, by, list.findIndex((mark) => Number(mark.dataset.mark) === chosen));
  if (!next) return;
  choose(Number(next.dataset.mark), { focus: true });
  announce(`${next.dataset.tag}: ${next.textContent}`);
}

// Before the keys of every page: a word cursor and an open menu have keys of their own.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    leaveWords();
    choose(null);
    for (const menu of document.querySelectorAll("details.dismiss[open]")) menu.open = false;
    if (event.target.matches("select, input")) text.focus();
    return;
  }
  if (cursor.on && !event.ctrlKey && !event.altKey && !event.target.matches("select, input, textarea") && cursor.move(event.key, event.shiftKey)) {
    offer(cursor.range);
    announce(cursor.range.words);
    return stop(event);
  }
  if (!keysOn(event)) return;
  const label = event.key.toUpperCase();
  if (fresh && event.key === event.key.toLowerCase() && ["D", "T", "M", "R"].includes(label)) return add(label), stop(event);
  const menu = document.activeElement.closest("details.dismiss[open]");
  if (menu && /^[1-5]$/.test(event.key)) return menu.querySelectorAll("button")[Number(event.key) - 1].click(), stop(event);
  if (actions[event.key]) actions[event.key](), stop(event);
}, { capture: true });

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}
