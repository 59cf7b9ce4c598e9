// Reviews a note while it is typed and when it is signed, with JavaScript's own fetch (Node 18 or newer, or a browser's backend).
// Wants NOTE_REVIEW_URL and NOTE_REVIEW_TOKEN.
const { NOTE_REVIEW_URL: url, NOTE_REVIEW_TOKEN: token } = process.env;

async function call(path, body, headers = {}, tries = 5) {
  for (let tried = 1; ; tried++) {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    if (![429, 503].includes(response.status) || tried === tries) return response;
    const wait = Number(response.headers.get("Retry-After") ?? 1) * 1000 + Math.random() * 250 * 2 ** tried;
    await new Promise((done) => setTimeout(done, wait));
  }
}

const note = { id: "op-017", text: "97112 x 23 min: tandem stance on foam, CGA.", claim: [{ code: "97112", units: 2 }] };

const draft = await (await call("/v1/review", { ...note, stage: "draft" })).json();
console.log("while it is typed, still to come:", draft.pending.join(", ") || "nothing");

const signed = await call("/v1/review", note);
const review = await signed.json();
console.log("at signing:", review.risk.level, review.risk.reasons.map((reason) => reason.fix));
// Offsets count code points; JavaScript's strings count UTF-16 units, so cut an array of code points.
const points = [...note.text];
for (const { start, end, text } of review.minutes) console.log("minutes:", points.slice(start, end).join("") === text, text);

const again = await call("/v1/review", note, { "If-None-Match": signed.headers.get("ETag") });
console.log("unchanged:", again.status === 304);

const refused = await call("/v1/review", { txt: "no text" });
const problem = await refused.json();
console.log("refused:", refused.status, problem.place, "-", problem.detail);
