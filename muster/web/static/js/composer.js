// Fields land where one last wrote; the subject is counted; leaving with unkept words is asked about.

const form = document.getElementById("words");
if (form) {
  let last = null;
  let unkept = false;
  const isPlace = (place) => place.matches("input[type=text], textarea") && place.id !== "id_name";

  form.addEventListener("focusin", (event) => {
    const rich = event.target.closest(".rich");
    if (rich) last = rich;
    else if (isPlace(event.target)) last = event.target;
  });
  const place = () =>
    last?.isConnected ? last : form.querySelector(".rich, textarea") ?? form.elements.subject;

  for (const chip of form.querySelectorAll("[data-insert]")) {
    chip.addEventListener("mousedown", (event) => event.preventDefault());
    chip.addEventListener("click", () => {
      const into = place();
      if (into.matches(".rich")) {
        into.dispatchEvent(new CustomEvent("muster:insert", { detail: chip.dataset.insert }));
        return;
      }
      const at = into.selectionEnd ?? into.value.length;
      into.setRangeText(chip.dataset.insert, into.selectionStart ?? at, at, "end");
      into.focus();
      into.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  const counter = form.querySelector("[data-count]");
  const count = () => {
    const letters = form.elements.subject.value.length;
    counter.value = `${letters} ${letters === 1 ? "letter" : "letters"}`;
    counter.classList.toggle("is-long", letters > Number(counter.dataset.most));
  };
  count();

  form.addEventListener("input", () => {
    unkept = true;
    count();
  });
  form.addEventListener("htmx:afterSwap", () => (unkept = true));
  form.addEventListener("submit", () => (unkept = false));
  addEventListener("beforeunload", (event) => unkept && event.preventDefault());
}
