// Fields land where one last wrote; one click shows the longest and the shortest seat.

const form = document.getElementById("words");
if (form) {
  const places = [...form.elements].filter((box) => box.matches("textarea, input[type=text]") && box.name !== "name");
  let last = form.elements.body ?? places[0];
  let unkept = false;

  for (const place of places) place.addEventListener("focus", () => (last = place));

  for (const chip of form.querySelectorAll("[data-insert]")) {
    chip.addEventListener("click", () => {
      const at = last.selectionEnd ?? last.value.length;
      last.setRangeText(chip.dataset.insert, last.selectionStart ?? at, at, "end");
      last.focus();
      last.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  form.addEventListener("input", () => (unkept = true));
  form.addEventListener("submit", () => (unkept = false));
  addEventListener("beforeunload", (event) => unkept && event.preventDefault());

  document.getElementById("preview-picks")?.addEventListener("click", (event) => {
    const code = event.target.closest("[data-pick]")?.dataset.pick;
    if (!code) return;
    const seat = document.getElementById("preview-seat");
    seat.value = code;
    seat.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
