// The button says what it will do: send now, plan it for a time, a share of it first.

const form = document.getElementById("timing");
const words = document.getElementById("timing-words");
const at = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

function say() {
  const chosen = new FormData(form);
  const share = chosen.get("share") ? `${chosen.get("share")} % of ` : "";
  const people = `${share}${form.dataset.people}`;
  const isLater = chosen.get("when") === "at";
  const time = isLater && chosen.get("goes_at") ? new Date(chosen.get("goes_at")) : null;
  if (isLater) words.textContent = time ? `Send to ${people} on ${at.format(time)}` : `Plan it for ${people}`;
  else words.textContent = `Send to ${people}`;
}

/* Whoever sets a time means it. */
form?.addEventListener("input", (event) => {
  if (event.target.name === "goes_at") form.querySelector('[name="when"][value="at"]').checked = true;
  say();
});
if (form) say();
