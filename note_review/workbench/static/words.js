// Places in the note as code points, whatever elements stand round its words; and a cursor that moves by words.
const text = document.getElementById("text");
const length = (string) => [...string].length;
const lines = () => [...text.querySelectorAll(".line")];

function offset(node, within) {
  const line = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest(".line");
  if (!line) return null;
  const before = document.createRange();
  before.selectNodeContents(line);
  before.setEnd(node, within);
  return Number(line.dataset.start) + length(before.toString());
}

export function selected() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return null;
  const start = offset(range.startContainer, range.startOffset);
  const end = offset(range.endContainer, range.endOffset);
  return start === null || end === null || start >= end ? null : { start, end };
}

function rangeOf(start, end) {
  const range = document.createRange();
  let begun = false;
  for (const line of lines()) {
    let at = Number(line.dataset.start);
    if (at + length(line.textContent) < start) continue;
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const points = [...node.data];
      if (!begun && start < at + points.length) {
        range.setStart(node, points.slice(0, start - at).join("").length);
        begun = true;
      }
      if (begun && end <= at + points.length) {
        range.setEnd(node, points.slice(0, end - at).join("").length);
        return range;
      }
      at += points.length;
    }
  }
  return begun ? range : null;
}

export class WordCursor {
  constructor() {
    this.words = [];
    this.anchor = this.head = 0;
    this.on = false;
  }

  enter(from) {
    this.words = [];
    lines().forEach((line, row) => {
      const begin = Number(line.dataset.start);
      for (const found of line.textContent.matchAll(/\S+/gu)) {
        const start = begin + length(line.textContent.slice(0, found.index));
        this.words.push({ start, end: start + length(found[0]), word: found[0], row });
      }
    });
    if (!this.words.length) return;
    const at = this.words.findIndex((word) => word.start >= from);
    this.anchor = this.head = at < 0 ? 0 : at;
    this.on = true;
    this.show();
  }

  leave() {
    this.on = false;
    globalThis.CSS.highlights?.delete("cursor");
  }

  get range() {
    const [from, to] = [Math.min(this.anchor, this.head), Math.max(this.anchor, this.head)];
    return { start: this.words[from].start, end: this.words[to].end, words: this.words.slice(from, to + 1).map((word) => word.word).join(" ") };
  }

  move(key, stretch) {
    const last = this.words.length - 1;
    const row = this.words[this.head].row;
    const steps = {
      ArrowRight: () => this.head + 1,
      ArrowLeft: () => this.head - 1,
      ArrowDown: () => this.words.findIndex((word) => word.row > row),
      ArrowUp: () => this.words.findIndex((word) => word.row === this.words.findLast((w) => w.row < row)?.row),
      Home: () => this.words.findIndex((word) => word.row === row),
      End: () => this.words.findLastIndex((word) => word.row === row),
    };
    if (!steps[key]) return false;
    const next = steps[key]();
    if (next >= 0) this.head = Math.min(last, Math.max(0, next));
    if (!stretch) this.anchor = this.head;
    this.show();
    return true;
  }

  show() {
    const { start, end } = this.range;
    const range = rangeOf(start, end);
    if (!range) return;
    globalThis.CSS.highlights?.set("cursor", new Highlight(range));
    const box = range.getBoundingClientRect();
    if (box.top < 120 || box.bottom > innerHeight - 140) range.startContainer.parentElement.scrollIntoView({ block: "center" });
  }
}
