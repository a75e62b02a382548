// A seat of the contact sheet opens large above it; the arrow keys go to its neighbours. Without
// scripts the same link leads to the seat's own page.

const dialog = document.getElementById("large");
const body = document.getElementById("large-body");
let from = null;

async function open(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) {
    location.href = address;
    return;
  }
  body.innerHTML = await answer.text();
  body.dataset.address = address;
  if (!dialog.open) dialog.showModal();
}

if (dialog) {
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a[data-open], #large-body a[data-step]");
    if (!link) return;
    event.preventDefault();
    if (link.matches("[data-open]")) from = link;
    const here = new URL(body.dataset.address ?? location.href, location.href);
    open(new URL(link.getAttribute("href"), link.dataset.step === "same" ? here : location.href).href);
  });

  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: "before", ArrowRight: "after" }[event.key];
    const link = step && body.querySelector(`a[data-step="${step}"]`);
    if (!link) return;
    event.preventDefault();
    open(link.href);
  });

  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    body.replaceChildren();
    from?.focus();
  });
}

// Cards being drawn: looked at again until all are.
const drawing = document.getElementById("drawing");
if (drawing?.dataset.address) {
  const look = async () => {
    const answer = await fetch(drawing.dataset.address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok) {
      const text = await answer.text();
      if (answer.headers.get("X-Drawn") === "all") {
        location.reload();
        return;
      }
      const next = new DOMParser().parseFromString(text, "text/html").getElementById("drawing");
      const words = drawing.querySelector(".meter");
      if (next) words.replaceWith(next.querySelector(".meter"));
    }
    setTimeout(look, 2000);
  };
  if (drawing.dataset.moving) setTimeout(look, 2000);
}
