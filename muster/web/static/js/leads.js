// New volunteers appear while you watch. A ticket lasts ten minutes; then a fresh one is fetched,
// so that what you may see is asked again.

const list = document.getElementById("leads");
const arrivals = document.getElementById("arrivals");
const news = document.getElementById("leads-news");
const waiting = document.getElementById("waiting");
let pause = 1000;

async function watch() {
  try {
    const answer = await fetch(list.dataset.ticket, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    listen((await answer.json()).address);
  } catch {
    again();
  }
}

function again() {
  setTimeout(watch, pause);
  pause = Math.min(pause * 2, 60000);
}

function listen(address) {
  const events = new EventSource(address);
  events.addEventListener("open", () => { pause = 1000; });
  events.addEventListener("lead", (event) => arrive(JSON.parse(event.data)));
  events.addEventListener("expired", () => { events.close(); watch(); });
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) again();
  });
}

async function arrive(lead) {
  if (document.getElementById(`lead-${lead.lead}`)) return;
  const answer = await fetch(list.dataset.row.replace("/0/", `/${lead.lead}/`));
  if (!answer.ok) return;
  const row = document.createElement("template");
  row.innerHTML = await answer.text();
  arrivals.prepend(row.content);
  document.getElementById("no-leads")?.remove();
  if (waiting) waiting.textContent = Number(waiting.textContent.replaceAll(",", "")) + 1;
  news.textContent = `${lead.first_name} has just volunteered${lead.seat_name ? ` in ${lead.seat_name}` : ""}.`;
}

if (list?.dataset.arrive) watch();
