// A button that copies what stands in a field. Without a clipboard it stays away: the field can
// be marked by hand.
for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const words = button.querySelector("span");
  const usual = words.textContent;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(field.value);
      words.textContent = "Copied";
    } catch {
      field.select();
      words.textContent = "Press Ctrl+C";
    }
    setTimeout(() => (words.textContent = usual), 3000);
  });
}
