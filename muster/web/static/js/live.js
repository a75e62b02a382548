// The room of a message: its map, its table and its seat panel filter each other; while it goes
// out, counters, clocks and hexes follow live events, or figures asked for every two seconds
// where events do not come through.

import { filter, point, setState } from "./hexmap.js";

const POLL_EVERY = 2000;
const room = document.getElementById("room");
const live = document.getElementById("live");
const running = new Set(["laying_out", "releasing"]);
const number = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const WORDS = { none: "Not begun", live: "Going out", done: "Done", failed: "Failed" };
const BADGES = { live: "live", done: "ready", failed: "failed" };

/* ---- One seat opens beside the map ---- */

function openSeat(code) {
  const address = room.dataset.seatUrl.replace("SEAT", code);
  htmx.ajax("GET", address, { target: "#seat", swap: "innerHTML" });
  const place = new URL(location.href);
  place.searchParams.set("seat", code);
  history.replaceState(null, "", place);
  for (const row of document.querySelectorAll("#seats tr[data-code]")) {
    row.classList.toggle("is-on", row.dataset.code === code);
  }
}

room?.addEventListener("click", (event) => {
  const hex = event.target.closest("a.hex[data-code]");
  if (!hex?.getAttribute("href") || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  openSeat(hex.dataset.code);
});
document.getElementById("seats")?.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-seat]");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  openSeat(link.dataset.seat);
  document.getElementById("seat").scrollIntoView({ block: "nearest" });
});

/* ---- Chips narrow the table and the map; the address remembers which ---- */

const chips = [...document.querySelectorAll("[data-filter] button")];

function narrow(state) {
  const kept = [];
  for (const chip of chips) chip.setAttribute("aria-pressed", String(chip.dataset.state === state));
  for (const row of document.querySelectorAll("#seats tr[data-code]")) {
    row.hidden = Boolean(state) && row.dataset.state !== state;
    if (!row.hidden) kept.push(row.dataset.code);
  }
  filter(state ? kept : null);
}

for (const chip of chips) {
  chip.addEventListener("click", () => {
    const address = new URL(location.href);
    if (chip.dataset.state) address.searchParams.set("state", chip.dataset.state);
    else address.searchParams.delete("state");
    history.replaceState(null, "", address);
    narrow(chip.dataset.state);
  });
}
const asked = new URLSearchParams(location.search).get("state");
if (asked && chips.some((chip) => chip.dataset.state === asked)) narrow(asked);

document.getElementById("seats")?.addEventListener("pointerover", (event) => {
  point(event.target.closest("tr[data-code]")?.dataset.code ?? null);
});
document.getElementById("seats")?.addEventListener("pointerleave", () => point(null));

/* ---- Figures ---- */

let seen = null;
let seatStates = new Map();

function show(figures) {
  for (const place of document.querySelectorAll("[data-live]")) {
    const value = figures[place.dataset.live];
    if (value !== undefined) place.textContent = number.format(value);
  }
  showSentence(figures);
  showMeter(figures);
  showClocks(figures);
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

function showMeter(figures) {
  const meter = document.getElementById("live-meter");
  meter.setAttribute("aria-valuenow", figures.done);
  meter.setAttribute("aria-valuemax", figures.audience);
  const ends = { ...figures, left_out: figures.left_out_total };
  for (const fill of meter.children) {
    const share = figures.audience ? (100 * ends[fill.dataset.share]) / figures.audience : 0;
    fill.style.setProperty("--share", `${share}%`);
  }
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
      cell.textContent = number.format(seat[cell.dataset.number]);
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
  count.textContent = `+${number.format(people)}`;
  line.append(what, count);
  strip.prepend(line);
  while (strip.children.length > 40) strip.lastElementChild.remove();
}

/* ---- Clocks: those not stopped yet tick from the press ---- */

function clock(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = (seconds - minutes * 60).toFixed(1).padStart(4, "0");
  return `${String(minutes).padStart(2, "0")}:${rest}`;
}

function isClockStopped(name, figures) {
  const seats = Object.values(figures.seats);
  const reached = seats.filter((seat) => seat.done > 0).length;
  if (figures[name] === null || !seats.length) return false;
  if (name === "first_s") return true;
  return reached >= (name === "median_s" ? seats.length / 2 : seats.length);
}

function showClocks(figures) {
  for (const place of document.querySelectorAll("[data-clock]")) {
    const name = place.dataset.clock;
    const isStopped = isClockStopped(name, figures) || !running.has(figures.state);
    place.classList.toggle("is-ticking", !isStopped);
    if (isStopped) place.textContent = figures[name] === null ? "–" : clock(figures[name]);
  }
}

function tick() {
  const since = (Date.now() - Date.parse(live.dataset.pressed)) / 1000;
  for (const place of document.querySelectorAll("[data-clock].is-ticking")) {
    place.textContent = clock(Math.max(0, since));
  }
}

/* ---- Listening ---- */

let source = null;
let polling = 0;
let ticking = 0;

function how(words) {
  const place = document.getElementById("live-how");
  if (place) place.textContent = words;
}

function listen(address) {
  source = new EventSource(address);
  source.addEventListener("progress", (event) => show(JSON.parse(event.data)));
  source.addEventListener("open", () => {
    clearInterval(polling);
    polling = 0;
    how("");
  });
  source.addEventListener("expired", () => renew());
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) renew();
    if (!polling) poll();
  });
}

async function renew() {
  source?.close();
  const answer = await fetch(live.dataset.ticketUrl).catch(() => null);
  const address = answer?.ok ? (await answer.json()).address : "";
  if (address) setTimeout(() => listen(address), 1000);
  else if (!polling) poll();
}

function poll() {
  how("Live events do not come through: the figures are asked for every two seconds.");
  const ask = async () => {
    const answer = await fetch(live.dataset.figuresUrl).catch(() => null);
    if (answer?.ok) show(await answer.json());
    else how("Muster cannot be reached. The sending goes on without this page.");
  };
  polling = setInterval(ask, POLL_EVERY);
  ask();
}

function finish() {
  source?.close();
  clearInterval(polling);
  clearInterval(ticking);
  if (!isFinishing) setTimeout(() => location.reload(), 1500);
  isFinishing = true;
}

let isFinishing = false;
if (live && running.has(live.dataset.state) && document.querySelector("[data-while-live]")) {
  show(JSON.parse(document.getElementById("live-now").textContent));
  ticking = setInterval(tick, 100);
  if (live.dataset.address) listen(live.dataset.address);
  else poll();
}
