/* The hex map: arrow keys walk it, a tooltip names what is beneath, and pages recolour it.

   setState(code, "live"), setFill(code, "#d50000"), setWords(code, "41 sent") and
   filter(codes | null) act on every map of the page. Import it wherever a map is drawn. */

const STATES = ["none", "ready", "waiting", "held", "failed", "live", "stopped", "done", "withdrawn"];

const maps = () => document.querySelectorAll("svg.hexmap");
const hexes = (root = document) => [...root.querySelectorAll(".hex")];
const find = (code) => document.querySelectorAll(`.hex[data-code="${CSS.escape(code)}"]`);

/** Put a seat into one of the map's states. */
export function setState(code, state) {
  if (!STATES.includes(state)) throw new Error(`No hexagon has the state “${state}”.`);
  for (const hex of find(code)) if (hex.dataset.state !== state) hex.dataset.state = state;
}

/** Give a seat a colour of its own; "" takes it back. */
export function setFill(code, colour) {
  for (const hex of find(code)) hex.style.setProperty("--fill", colour);
}

/** Change what the tooltip and the screen reader say of a seat. */
export function setWords(code, words) {
  for (const hex of find(code)) {
    hex.dataset.words = words;
    if (hex.hasAttribute("aria-label")) hex.setAttribute("aria-label", words);
  }
}

/** Dim every seat but these; null shows all again. */
export function filter(codes) {
  const kept = codes && new Set(codes);
  for (const hex of hexes()) hex.classList.toggle("is-dim", Boolean(kept && !kept.has(hex.dataset.code)));
  for (const map of maps()) oneStop(map);
}

/** Light a seat up, as when its row in the table is beneath the pointer; null puts it out. */
export function point(code) {
  for (const hex of document.querySelectorAll(".hex.is-pointed")) hex.classList.remove("is-pointed");
  if (!code) return hideTip();
  for (const hex of find(code)) hex.classList.add("is-pointed");
}

/* One tab stop a map; the arrow keys do the rest. */
function oneStop(map, wanted) {
  const open = [...map.querySelectorAll("a.hex:not(.is-dim)")];
  const stop = wanted ?? open.find((hex) => hex.tabIndex === 0) ?? open[0];
  for (const hex of map.querySelectorAll('a.hex[tabindex="0"]')) hex.setAttribute("tabindex", "-1");
  stop?.setAttribute("tabindex", "0");
}

const middle = (hex) => {
  const box = hex.getBBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
};

const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/* The nearest hexagon that way: distance counts, straying sideways counts double. */
function neighbour(from, [dx, dy]) {
  const [x, y] = middle(from);
  let best = null;
  let least = Infinity;
  for (const hex of from.ownerSVGElement.querySelectorAll("a.hex:not(.is-dim)")) {
    if (hex === from) continue;
    const [hx, hy] = middle(hex);
    const along = (hx - x) * dx + (hy - y) * dy;
    const aside = Math.abs((hx - x) * dy) + Math.abs((hy - y) * dx);
    // Of two as near (columns stand half a step apart) the first in the map's order wins.
    if (along <= 1 || along + 2 * aside > least - 0.5) continue;
    [best, least] = [hex, along + 2 * aside];
  }
  return best;
}

function walk(event) {
  const from = event.target.closest?.("a.hex");
  if (!from || event.altKey || event.ctrlKey || event.metaKey) return;
  let to = null;
  if (event.key in WAYS) to = neighbour(from, WAYS[event.key]);
  else if (event.key === "Home") to = from.ownerSVGElement.querySelector("a.hex:not(.is-dim)");
  else if (event.key === "End") to = [...from.ownerSVGElement.querySelectorAll("a.hex:not(.is-dim)")].at(-1);
  else return;
  event.preventDefault();
  if (!to) return;
  oneStop(from.ownerSVGElement, to);
  to.focus();
}

/* The tooltip: for pointer and keyboard alike, gone with Escape. */
let tip = null;

function showTip(hex) {
  if (!hex.dataset.words) return;
  tip ??= document.body.appendChild(Object.assign(document.createElement("div"), { className: "hex-tip" }));
  const [name, ...rest] = hex.dataset.words.split(": ");
  tip.replaceChildren(Object.assign(document.createElement("b"), { textContent: name }));
  if (rest.length) tip.append(Object.assign(document.createElement("span"), { textContent: rest.join(": ") }));
  tip.hidden = false;
  const box = hex.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const left = Math.min(Math.max(8, box.left + box.width / 2 - own.width / 2), innerWidth - own.width - 8);
  const above = box.top - own.height - 6;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > 8 ? above : box.bottom + 6}px`;
}

function hideTip() {
  if (tip) tip.hidden = true;
}

function over(event) {
  const hex = event.target.closest?.(".hex");
  if (hex) showTip(hex);
  else hideTip();
}

document.addEventListener("keydown", walk);
document.addEventListener("keydown", (event) => event.key === "Escape" && hideTip());
document.addEventListener("pointerover", over);
document.addEventListener("focusin", over);
document.addEventListener("scroll", hideTip, { passive: true });
