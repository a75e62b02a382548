// Figures put where they belong: counters, the meter, clocks that tick from the press.

const number = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/** 41207 → "41,207". */
export function counted(figure) {
  return number.format(figure);
}

/** Every `data-live` place shows its figure. */
export function showCounters(figures) {
  for (const place of document.querySelectorAll("[data-live]")) {
    const value = figures[place.dataset.live];
    if (value !== undefined && value !== null) place.textContent = counted(value);
  }
}

export function showMeter(figures) {
  const meter = document.getElementById("live-meter");
  if (!meter) return;
  meter.setAttribute("aria-valuenow", figures.done);
  meter.setAttribute("aria-valuemax", figures.audience);
  const ends = { ...figures, left_out: figures.left_out_total, put_off: figures.put_off_total };
  for (const fill of meter.children) {
    const share = figures.audience ? (100 * ends[fill.dataset.share]) / figures.audience : 0;
    fill.style.setProperty("--share", `${share}%`);
  }
}

/** Minutes, seconds and tenths: 63.25 → "01:03.3". */
export function clock(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = (seconds - minutes * 60).toFixed(1).padStart(4, "0");
  return `${String(minutes).padStart(2, "0")}:${rest}`;
}

/** Clocks that stand show their time; the others tick from `began` (milliseconds). */
export function showClocks(figures, isStopped) {
  for (const place of document.querySelectorAll("[data-clock]")) {
    const name = place.dataset.clock;
    const stands = isStopped(name, figures);
    place.classList.toggle("is-ticking", !stands);
    if (stands) place.textContent = figures[name] === null ? "–" : clock(figures[name]);
  }
}

export function tick(began) {
  const since = (Date.now() - began) / 1000;
  for (const place of document.querySelectorAll("[data-clock].is-ticking")) {
    place.textContent = clock(Math.max(0, since));
  }
}
