// Files go up one by one as they are; each answer says how many notes it held and what could not be read.
import { token } from "./keys.js";

const drop = document.getElementById("drop");
const sending = document.getElementById("sending");
const problems = document.getElementById("problems");
const total = { files: 0, done: 0, notes: 0, fresh: 0 };
let line = Promise.resolve();

function send(files) {
  total.files += files.length;
  for (const file of files) line = line.then(() => one(file));
  line = line.then(show);
}

async function one(file) {
  show();
  const headers = {
    "Content-Type": "application/octet-stream", Accept: "application/json", "X-Token": token,
    "X-Name": encodeURIComponent(file.name), "X-Claim": encodeURIComponent(document.getElementById("claim").value),
  };
  const answer = await fetch("/workbench/files", { method: "POST", headers, body: file }).catch(() => null);
  const said = await answer?.json().catch(() => null);
  total.done += 1;
  if (!answer) return problem(file, "the server does not answer");
  if (answer.status === 401) return problem(file, "the session has ended: sign in again");
  if (!answer.ok) return problem(file, said?.detail ?? "refused");
  total.notes += said.notes;
  total.fresh += said.new;
  for (const why of said.problems) problem(file, why);
}

function problem(file, why) {
  const item = document.createElement("li");
  item.textContent = `${file.name}: ${why}`;
  problems.append(item);
}

function show() {
  const again = total.notes - total.fresh;
  sending.textContent = `${total.done} of ${total.files} files, ${total.fresh} new notes${again ? `, ${again} here already` : ""}`;
  document.getElementById("done").hidden = total.done < total.files;
  if (total.done === total.files) document.getElementById("done").focus();
}

// A dropped folder is walked to its end; the browser gives its entries a hundred at a time.
async function filesOf(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return (await Promise.all(found.map(filesOf))).flat();
    found.push(...some);
  }
}

for (const id of ["files", "folder"]) document.getElementById(id).addEventListener("change", (event) => send(visible([...event.target.files])));
const visible = (files) => files.filter((file) => !file.name.startsWith("."));
for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => (event.preventDefault(), drop.classList.add("over")));
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
drop.addEventListener("drop", async (event) => {
  event.preventDefault();
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  send(visible((await Promise.all(entries.map(filesOf))).flat()));
});
