/* The keyboard: "/" searches, "g" and a letter goes to a room, "?" lists the keys. */

const GO_WITHIN_MS = 1500;
let wentAt = -GO_WITHIN_MS; // instants count from the page's own beginning

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function openKeys() {
  const keys = document.getElementById("keys");
  if (keys && !keys.open) keys.showModal();
}

function goTo(letter) {
  document.querySelector(`[data-go="${CSS.escape(letter)}"]`)?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.timeStamp - wentAt < GO_WITHIN_MS && /^[a-z]$/.test(event.key)) {
    wentAt = -GO_WITHIN_MS;
    event.preventDefault();
    goTo(event.key);
  } else if (event.key === "g") {
    wentAt = event.timeStamp;
  } else if (event.key === "/") {
    event.preventDefault();
    document.getElementById("top-search")?.focus();
  } else if (event.key === "?") {
    openKeys();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-open]")) openKeys();
});
