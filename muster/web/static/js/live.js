// The room of a message: while it goes out, counters, clocks and hexes follow live events.

import { counted, showClocks, showCounters, showMeter, tick } from "./figures.js";
import { setState } from "./hexmap.js";
import { listening } from "./listening.js";
import "./room.js";

const live = document.getElementById("live");
const running = new Set(["laying_out", "releasing"]);
const WORDS = { none: "Not begun", live: "Going out", done: "Done", failed: "Failed" };
const BADGES = { live: "live", done: "ready", failed: "failed" };

let seen = null;
let listener = null;
let ticking = 0;
let isFinishing = false;
const seatStates = new Map();

function show(figures) {
  showCounters(figures);
  showSentence(figures);
  showMeter(figures);
  showClocks(figures, isClockStopped);
  showSeats(figures.seats);
  showStrip(figures);
  seen = figures;
  if (!running.has(figures.state)) finish();
}

/* How many are done is said once it is known how many there are. */
function showSentence(figures) {
  if (figures.state === "laying_out" && !figures.audience) return;
  document.querySelector("[data-until-known]")?.remove();
  document.querySelector("[data-once-known]")?.removeAttribute("hidden");
}

function isClockStopped(name, figures) {
  const seats = Object.values(figures.seats);
  const reached = seats.filter((seat) => seat.done > 0).length;
  if (!running.has(figures.state)) return true;
  if (figures[name] === null || !seats.length) return false;
  if (name === "first_s") return true;
  return reached >= (name === "median_s" ? seats.length / 2 : seats.length);
}

function stateOf(seat) {
  if (!seat.total || seat.done >= seat.total) {
    return seat.total && seat.failed === seat.total ? "failed" : "done";
  }
  return seat.done ? "live" : "none";
}

function showSeats(seats) {
  for (const [code, seat] of Object.entries(seats)) {
    const state = stateOf(seat);
    showNumbers(code, seat, state);
    if (seatStates.get(code) === state) continue;
    seatStates.set(code, state);
    setState(code, state);
    if (state !== "none") {
      document.querySelector(`#room .hex[data-code="${CSS.escape(code)}"]`)?.classList.remove("is-outlined");
    }
  }
}

/* A seat's figures stand in its row, and in the panel while it is the one chosen. */
function showNumbers(code, seat, state) {
  const key = CSS.escape(code);
  const row = document.querySelector(`#seats tr[data-code="${key}"]`);
  const panel = document.querySelector(`[data-seat-now="${key}"]`);
  for (const place of [row, panel]) {
    for (const cell of place?.querySelectorAll("[data-number]") ?? []) {
      cell.textContent = counted(seat[cell.dataset.number]);
    }
  }
  if (row) row.dataset.state = state;
  showBadge(row?.querySelector(".badge"), state);
  if (panel) showBadge(document.querySelector("#seat [data-badge]"), state);
}

function showBadge(badge, state) {
  if (!badge || badge.textContent === WORDS[state]) return;
  badge.className = `badge ${BADGES[state] ?? ""}`;
  badge.textContent = WORDS[state];
}

/* ---- Who is left out or refused, as it comes ---- */

function showStrip(figures) {
  const strip = document.getElementById("strip");
  if (!strip || !seen) return;
  for (const [words, people] of Object.entries(figures.left_out)) {
    const more = people - (seen.left_out[words] ?? 0);
    if (more > 0) addToStrip(strip, words, more);
  }
  const refused = figures.failed - seen.failed;
  if (refused > 0) addToStrip(strip, "Refused by their mail server", refused);
  const unsure = figures.uncertain - seen.uncertain;
  if (unsure > 0) addToStrip(strip, "Uncertain: no answer came", unsure);
}

function addToStrip(strip, words, people) {
  strip.querySelector(".soft")?.remove();
  const line = document.createElement("li");
  line.className = "just-in";
  const what = document.createElement("span");
  what.textContent = words;
  const count = document.createElement("b");
  count.textContent = `+${counted(people)}`;
  line.append(what, count);
  strip.prepend(line);
  while (strip.children.length > 40) strip.lastElementChild.remove();
}

function how(words) {
  const place = document.getElementById("live-how");
  if (place) place.textContent = words;
}

function finish() {
  listener?.stop();
  clearInterval(ticking);
  if (!isFinishing) setTimeout(() => location.reload(), 1500);
  isFinishing = true;
}

if (live && running.has(live.dataset.state) && document.querySelector("[data-while-live]")) {
  show(JSON.parse(document.getElementById("live-now").textContent));
  ticking = setInterval(() => tick(Date.parse(live.dataset.pressed)), 100);
  listener = listening({
    kind: "progress",
    address: live.dataset.address,
    ticketUrl: live.dataset.ticketUrl,
    figuresUrl: live.dataset.figuresUrl,
    show,
    how,
    away: "Muster cannot be reached. The sending goes on without this page.",
  });
}
