// A room of seats: its map, its table, its chips and the panel of one seat filter each other.

import { filter, point } from "./hexmap.js";

const room = document.getElementById("room");
const seats = document.getElementById("seats");
const first = document.querySelector("#seat [data-seat-now]")?.dataset.seatNow ?? "";
let shown = first;
const rows = () => document.querySelectorAll("#seats tr[data-code]");

/* ---- One seat opens beside the map ---- */

export function openSeat(code) {
  remember("seat", code);
  showSeat(code);
}

function showSeat(code) {
  shown = code;
  const address = room.dataset.seatUrl.replace("SEAT", code);
  htmx.ajax("GET", address, { target: "#seat", swap: "innerHTML" });
  for (const row of rows()) row.classList.toggle("is-on", row.dataset.code === code);
}

/* Each choice is a step of its own: back leads to the one before. */
function remember(name, value) {
  const place = new URL(location.href);
  if (value) place.searchParams.set(name, value);
  else place.searchParams.delete(name);
  if (place.href !== location.href) history.pushState(null, "", place);
}

const inAddress = (name) => new URLSearchParams(location.search).get(name) ?? "";

window.addEventListener("popstate", () => {
  const code = inAddress("seat") || first;
  if (room && code && code !== shown) showSeat(code);
  narrow(inAddress("state"));
});

function isPlain(event) {
  return !event.metaKey && !event.ctrlKey;
}

room?.addEventListener("click", (event) => {
  const hex = event.target.closest("a.hex[data-code]");
  if (!hex?.getAttribute("href") || !isPlain(event)) return;
  event.preventDefault();
  openSeat(hex.dataset.code);
});
for (const part of [seats, document.getElementById("problems")]) {
  part?.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-seat]");
    if (!link || !isPlain(event)) return;
    event.preventDefault();
    openSeat(link.dataset.seat);
    document.getElementById("seat").scrollIntoView({ block: "nearest" });
  });
}

/* ---- Chips narrow the table and the map; the address remembers which ---- */

const chips = [...document.querySelectorAll("[data-filter] button")];

function narrow(asked) {
  const kept = [];
  for (const chip of chips) chip.setAttribute("aria-pressed", String(chip.dataset.state === asked));
  const chosen = chips.find((chip) => chip.dataset.state === asked);
  const states = (chosen?.dataset.states ?? asked).split(" ");
  for (const row of rows()) {
    row.hidden = Boolean(asked) && !states.includes(row.dataset.state);
    if (!row.hidden) kept.push(row.dataset.code);
  }
  filter(asked ? kept : null);
}

for (const chip of chips) {
  chip.addEventListener("click", () => {
    remember("state", chip.dataset.state);
    narrow(chip.dataset.state);
  });
}
const asked = inAddress("state");
if (asked && chips.some((chip) => chip.dataset.state === asked)) narrow(asked);

seats?.addEventListener("pointerover", (event) => {
  point(event.target.closest("tr[data-code]")?.dataset.code ?? null);
});
seats?.addEventListener("pointerleave", () => point(null));
