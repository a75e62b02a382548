/* The frame's few movements. Pages work without it. */

const YEAR = 60 * 60 * 24 * 365;

function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`;
}

function railIsOpen() {
  return document.querySelector(".rail").offsetWidth > 100;
}

document.querySelector("[data-rail-toggle]")?.addEventListener("click", () => {
  const next = railIsOpen() ? "closed" : "open";
  document.documentElement.dataset.rail = next;
  remember("rail", next);
});

/* Of tabs that scroll, the one that is open is in sight. */
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const strip = tab.closest(".tabs");
  strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
}

/* A menu closes when one presses Escape or goes elsewhere. */
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

/* A button pressed twice is pressed once. What htmx sends is in its own hands; a form whose answer
   is a file leaves its page standing, and may be sent again a moment later. */
const AGAIN_AFTER = 3000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, AGAIN_AFTER);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/** Tell the member something without moving the page. Kind: ready, waiting, failed or live. */
export function toast(words, kind = "ready") {
  const box = document.createElement("div");
  box.className = `notice ${kind}`;
  box.textContent = words;
  document.getElementById("toasts")?.append(box);
  if (kind === "ready" || kind === "live") setTimeout(() => box.remove(), 8000);
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-toast-close]")?.closest("[data-toast]")?.remove();
});

/* A failed htmx request says so, instead of doing nothing. */
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  toast(
    status === 403 || status === 404
      ? "That is not yours to change, or it is gone. Nothing was changed."
      : "The server could not answer. Nothing was changed; try again in a moment.",
    "failed",
  );
});
document.addEventListener("htmx:sendError", () => {
  toast("The server did not answer. Nothing was changed; try again in a moment.", "failed");
});
