// Fields land where one last wrote; leaving with unkept words is asked about.

const form = document.getElementById("words");
if (form) {
  const places = ["subject", "body", "button"].map((name) => form.elements[name]);
  let last = form.elements.body;
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
}
