/* One person or two: m merges, d says different, s skips. */

function isElsewhere(event) {
  const isTyping = event.target.closest("input:not([type=radio]), textarea, select, [contenteditable]");
  return event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey
    || isTyping || document.querySelector("dialog[open]");
}

document.addEventListener("keydown", (event) => {
  if (isElsewhere(event) || !/^[mds]$/.test(event.key)) return;
  const wanted = document.querySelector(`[data-key="${event.key}"]`);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
});
