// Single keys: each visible element with data-key is clicked, or focused where it is a field. They can be switched off (WCAG 2.1.4).
const body = document.body;
export const token = body.dataset.token ?? "";
const shortcuts = body.dataset.shortcuts === "on";

export function keysOn(event) {
  if (!shortcuts || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return false;
  if (document.querySelector("dialog[open]")) return false;
  const field = event.target.closest?.("input, select, textarea");
  return !field || ["checkbox", "radio", "file"].includes(field.type);
}

// Told to a screen reader; seen by all only where the page itself does not show it.
export function announce(words, { seen = false } = {}) {
  const said = document.getElementById("said");
  said.className = seen ? "said" : "hidden";
  said.textContent = "";
  requestAnimationFrame(() => (said.textContent = words));
}

export function nameKeys(root = document) {
  if (!shortcuts) return;
  for (const element of root.querySelectorAll("button[data-key], a[data-key], input[data-key]")) element.setAttribute("aria-keyshortcuts", element.dataset.key);
}

function byKey(key) {
  return [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((element) => element.checkVisibility() && !element.disabled);
}

function move(links, by) {
  const here = links.indexOf(document.activeElement);
  const next = links[here < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, here + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (!keysOn(event)) return;
  const rows = [...document.querySelectorAll(".list a.open")];
  if (rows.length && (event.key === "j" || event.key === "k")) {
    move(rows, event.key === "j" ? 1 : -1);
    event.preventDefault();
    return;
  }
  const element = byKey(event.key);
  if (!element) return;
  event.preventDefault();
  if (element.matches("input")) element.select(), element.focus();
  else element.click();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) print();
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) document.getElementById(closer.dataset.closes).close();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey) document.querySelector("dialog[open] form[method=post]")?.requestSubmit();
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  else if (!event.defaultPrevented) form.dataset.sent = "yes";
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

const notices = { done: "All read. Nothing is left in this view.", nothing: "There is nothing to take back.", added: "Added.", deleted: "Deleted.", decided: "Decided. u takes it back.", sent: "Sent back. u takes it back.", undone: "Taken back.", kept: "Kept.", answered: "Answer kept. The note is in the queue again." };
// Who hears the page is told where the decision led: the note's name and what the machine says of it.
const heading = document.querySelector(".about h1");
const arrived = heading ? ` Note ${heading.textContent}, ${document.querySelector(".about .risk")?.textContent.trim().replace(/\s+/g, " ") ?? "no"} risk.` : "";
const query = new URLSearchParams(location.search);
for (const [name, words] of Object.entries(notices)) {
  if (!query.has(name)) continue;
  announce(words + arrived, { seen: true });
  query.delete(name);
  history.replaceState(null, "", location.pathname + (query.size ? `?${query}` : ""));
}
nameKeys();

const waiting = document.getElementById("waiting");
if (waiting) {
  const before = Number(waiting.dataset.waiting);
  const timer = setInterval(async () => {
    const answer = await fetch("/workbench/progress", { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return clearInterval(timer);
    const now = await answer.json();
    waiting.textContent = now.waiting ? `${now.waiting} being reviewed; this page follows.` : "All reviewed.";
    if (now.waiting === 0 || before - now.waiting >= 25) location.reload();
  }, 1000);
}
