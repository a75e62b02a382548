// The Go room: hexes fill as seats go live, clocks tick from Go, refusals show as they come. Before
// Go the page only waits for its state to change; then it loads itself again.

import { counted, showClocks, showCounters, showMeter, tick } from "./figures.js";
import { setState, setWords } from "./hexmap.js";
import { listening } from "./listening.js";
import "./room.js";

const room = document.getElementById("room");
const after = new Set(["going", "stopped", "finished"]);
const WORDS = {
  waiting: "Waits", ready: "Ready", staged: "Staged", going: "Going out", live: "Live",
  held: "Held", failed: "Failed", withdrawn: "Withdrawn", nobody: "Nobody to write to", stopped: "Stopped",
};
const BADGES = {
  waiting: "waiting", ready: "ready", staged: "ready", going: "live", live: "live is-still",
  held: "waiting is-held", failed: "failed",
};
const HEXES = { staged: "ready", going: "live", live: "done", nobody: "none" };
const isArmed = after.has(room.dataset.state) || room.dataset.state === "armed";

const KINDS = { email: "E-mail", post: "Post", ad: "Ad", page: "Page" };

const seats = new Map();
let known = {};
let listener = null;
let ticking = 0;
let isLeaving = false;

function wordsOf(state) {
  return isArmed && (state === "ready" || state === "staged") ? "Armed" : WORDS[state];
}

function hexOf(state) {
  return isArmed && (state === "ready" || state === "staged") ? "none" : (HEXES[state] ?? state);
}

/* The first event tells everything, those after it only what changed. */
function show(news) {
  const figures = { ...known, ...news };
  known = figures;
  for (const [code, seat] of Object.entries(news.seats)) showSeat(code, seat);
  showStates();
  showCounters({ ...figures, done: figures.audience - figures.waiting });
  showMeter({ ...figures, done: figures.audience - figures.waiting });
  if (after.has(figures.state)) showClocks(figures, isClockStopped);
  showRefusals(figures.refusals ?? []);
  if (figures.state !== room.dataset.state) changeOver();
}

/* A clock stands once its seat is live: the first, the one in the middle, the last. Seats that
   wait for someone keep no clock running. */
function isClockStopped(name, figures) {
  if (figures.state !== "going") return true;
  if (figures[name] === null) return false;
  const share = { first_s: 0, median_s: 0.5, last_s: 1 }[name];
  const waiting = [...seats.values()].filter((seat) => ["held", "waiting", "failed"].includes(seat.state));
  return figures.seats_live >= Math.max(1, share * (figures.seats_asked - waiting.length));
}

/* ---- Seats: hex, row and panel ---- */

function showSeat(code, seat) {
  const before = seats.get(code);
  seats.set(code, seat);
  const key = CSS.escape(code);
  const row = document.querySelector(`#seats tr[data-code="${key}"]`);
  const panel = document.querySelector(`[data-seat-now="${key}"]`);
  if (row) showRow(row, seat);
  if (panel) showPanel(panel, seat);
  if (before?.state === seat.state) return;
  setState(code, hexOf(seat.state));
  for (const hex of document.querySelectorAll(`#room .hex[data-code="${key}"]`)) {
    hex.classList.toggle("is-outlined", hexOf(seat.state) === "none");
    const name = hex.dataset.words.split(": ")[0];
    if (before) setWords(code, `${name}: ${seat.reason || wordsOf(seat.state).toLowerCase()}`);
  }
}

function showRow(row, seat) {
  row.dataset.state = seat.state;
  showBadge(row.querySelector("[data-seat-badge]"), seat.state);
  for (const cell of row.querySelectorAll("[data-item]")) {
    const state = seat.items[cell.dataset.item];
    cell.querySelector(".dot").className = `dot ${state}`;
    cell.querySelector("[data-words]").textContent = wordsOf(state);
  }
  showNumbers(row, seat);
  const after = row.querySelector("[data-live-s]");
  if (after && seat.live_s !== null) after.textContent = `${seat.live_s.toFixed(1)} s`;
  if (seat.reason) row.querySelector("[data-why]").textContent = seat.reason;
}

function showPanel(panel, seat) {
  showBadge(document.querySelector("#seat [data-badge]"), seat.state);
  for (const item of panel.querySelectorAll("[data-item]")) {
    showBadge(item.querySelector("[data-item-badge]"), seat.items[item.dataset.item]);
  }
  showNumbers(panel, seat);
}

function showNumbers(place, seat) {
  for (const cell of place.querySelectorAll("[data-number]")) {
    cell.textContent = counted(seat.numbers[cell.dataset.number]);
  }
}

function showBadge(badge, state) {
  if (!badge || !state || badge.textContent === wordsOf(state)) return;
  badge.className = `badge ${BADGES[state] ?? ""}`;
  badge.textContent = wordsOf(state);
}

function showStates() {
  const by = new Map();
  for (const seat of seats.values()) by.set(seat.state, (by.get(seat.state) ?? 0) + 1);
  for (const place of document.querySelectorAll("[data-seats]")) {
    const states = place.dataset.seats.split(" ");
    place.textContent = counted(states.reduce((sum, state) => sum + (by.get(state) ?? 0), 0));
  }
}

/* ---- Refusals as they come, newest first ---- */

let told = "";

function showRefusals(refusals) {
  const strip = document.getElementById("strip");
  const now = JSON.stringify(refusals);
  if (!strip || !refusals.length || now === told) return;
  const old = new Set((told ? JSON.parse(told) : refusals).map(keyOf));
  told = now;
  strip.replaceChildren(...refusals.map((one) => line(one, !old.has(keyOf(one)))));
}

function keyOf(one) {
  return `${one.at}${one.seat}${one.kind}${one.words}`;
}

function line(one, isNew) {
  const item = document.createElement("li");
  if (isNew) item.className = "just-in";
  const words = document.createElement("span");
  words.textContent = `${one.words} `;
  const where = document.createElement("span");
  where.className = "soft";
  where.textContent = [KINDS[one.kind], one.seat].filter(Boolean).join(", ");
  words.append(where);
  const count = document.createElement("b");
  count.textContent = one.count > 1 ? counted(one.count) : "";
  item.append(words, count);
  return item;
}

/* ---- The thumb's button holds the seat that is open ---- */

document.body.addEventListener("htmx:afterSwap", (event) => {
  const thumb = document.getElementById("thumb-hold");
  if (event.target.id !== "seat" || !thumb) return;
  const button = document.querySelector("#hold-form button[type=submit]");
  thumb.hidden = !button;
  if (button) thumb.querySelector("span").textContent = button.textContent.trim();
});

/* ---- Listening ---- */

function how(words) {
  const place = document.getElementById("live-how");
  if (place) place.textContent = words;
}

/* Another state draws another page; someone who types is not interrupted. */
function changeOver() {
  if (isLeaving || document.activeElement?.matches("#seat input")) return;
  isLeaving = true;
  listener?.stop();
  clearInterval(ticking);
  setTimeout(() => location.reload(), 600);
}

function lookAgain() {
  const asked = document.querySelector("[data-look-again]");
  if (!asked) return;
  asked.hidden = true;
  setTimeout(() => document.activeElement?.matches("input") || location.reload(), 1000 * asked.dataset.lookAgain);
}

if (room.dataset.state !== "finished") {
  show(JSON.parse(document.getElementById("live-now").textContent));
  if (room.dataset.went) ticking = setInterval(() => tick(Date.parse(room.dataset.went)), 100);
  listener = listening({
    kind: "launch",
    address: room.dataset.address,
    ticketUrl: room.dataset.ticketUrl,
    figuresUrl: room.dataset.figuresUrl,
    show,
    how,
    away: "Muster cannot be reached. The launch goes on without this page.",
  });
  lookAgain();
}
