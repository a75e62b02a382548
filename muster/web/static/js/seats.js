/* Seats: rows light up their hexagons, the map picks seats for the table, and the address stays short. */
import { point } from "./hexmap.js";

const form = document.getElementById("seat-filter");
let picking = false;

/* What says nothing stays out of the address. */
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt !== form) return;
  const asked = event.detail.parameters;
  for (const [name, value] of [...asked.entries()]) if (value === "" || (name === "shade" && value === "party")) asked.delete(name);
});

document.addEventListener("pointerover", (event) => {
  const row = event.target.closest?.("tr[data-code]");
  if (row) point(row.dataset.code);
  else if (!event.target.closest?.(".hex")) point(null);
});

function show() {
  document.getElementById("seat-picking")?.setAttribute("aria-pressed", String(picking));
  document.querySelector(".seats-map")?.classList.toggle("is-picking", picking);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#seat-picking")) {
    picking = !picking;
    show();
    return;
  }
  const hex = picking && event.target.closest("a.hex, .seats-map .hex");
  if (!hex || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const field = document.getElementById("seat-pick");
  const picked = new Set(field.value.split(",").filter(Boolean));
  if (!picked.delete(hex.dataset.code)) picked.add(hex.dataset.code);
  field.value = [...picked].join(",");
  form.dispatchEvent(new Event("picked"));
});

document.addEventListener("htmx:afterSettle", show);
