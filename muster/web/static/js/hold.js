// Hold to press. A short click only says so. A screen reader's click (which no pointer or key
// makes) follows the link to a page that asks once more, as everyone's does without scripts.

const HELD_FOR = 1100;

for (const button of document.querySelectorAll("[data-hold]")) {
  const hint = button.querySelector(".go-hint");
  hint.hidden = false;
  let timer = 0;

  const begin = () => {
    if (timer) return;
    button.classList.add("is-held");
    hint.textContent = "keep holding";
    timer = setTimeout(() => {
      hint.textContent = button.dataset.held ?? "sent";
      document.getElementById(button.dataset.hold).requestSubmit();
    }, HELD_FOR);
  };
  const end = () => {
    clearTimeout(timer);
    timer = 0;
    button.classList.remove("is-held");
    if (hint.textContent === "keep holding") hint.textContent = "hold to press";
  };
  const isOurKey = (event) => event.key === "Enter" || event.key === " ";

  button.addEventListener("pointerdown", (event) => {
    if (event.button === 0) begin();
  });
  for (const kind of ["pointerup", "pointerleave", "pointercancel", "blur"]) {
    button.addEventListener(kind, end);
  }
  button.addEventListener("keydown", (event) => {
    if (!isOurKey(event)) return;
    event.preventDefault();
    if (!event.repeat) begin();
  });
  button.addEventListener("keyup", (event) => isOurKey(event) && end());
  button.addEventListener("click", (event) => {
    if (event.detail > 0) event.preventDefault();
  });
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("dragstart", (event) => event.preventDefault());
}
