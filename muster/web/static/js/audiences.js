/* Audiences: fields that do not matter step aside; the count runs to its new number. */

function settle() {
  for (const field of document.querySelectorAll("#builder [data-only]")) {
    const other = document.querySelector(`#builder [name="${field.dataset.only}"]`);
    field.hidden = !!other && !field.dataset.when.split("|").includes(other.value);
  }
}

let before = null;
const still = matchMedia("(prefers-reduced-motion: reduce)");

function run() {
  const place = document.querySelector("[data-count]");
  if (!place) return;
  const to = Number(place.dataset.count);
  const from = before ?? to;
  before = to;
  if (from === to || still.matches) return;
  const began = performance.now();
  const step = (at) => {
    const share = Math.min(1, (at - began) / 180);
    place.textContent = Math.round(from + (to - from) * share).toLocaleString("en-GB");
    if (share < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

document.addEventListener("change", (event) => {
  if (event.target.closest?.(".audience-form")) settle();
});
document.addEventListener("htmx:afterSettle", () => { settle(); run(); });
settle();
run();
