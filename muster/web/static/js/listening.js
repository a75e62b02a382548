// Figures as they come: live events, or figures asked for every two seconds where events do not
// come through. `listening({ kind, address, ticketUrl, figuresUrl, show, how })` begins at once;
// `stop()` ends it.

const POLL_EVERY = 2000;

export function listening({ kind, address, ticketUrl, figuresUrl, show, how, away }) {
  let source = null;
  let polling = 0;
  let isOver = false;

  function listen(where) {
    source = new EventSource(where);
    source.addEventListener(kind, (event) => show(JSON.parse(event.data)));
    source.addEventListener("open", () => {
      clearInterval(polling);
      polling = 0;
      how("");
    });
    source.addEventListener("expired", renew);
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) renew();
      if (!polling) poll();
    });
  }

  async function renew() {
    source?.close();
    if (isOver) return;
    const answer = await fetch(ticketUrl).catch(() => null);
    const fresh = answer?.ok ? (await answer.json()).address : "";
    if (fresh) setTimeout(() => isOver || listen(fresh), polling ? 10_000 : 1000);
    else if (!polling) poll();
  }

  function poll() {
    if (isOver) return;
    how("Live events do not come through: the figures are asked for every two seconds.");
    const ask = async () => {
      const answer = await fetch(figuresUrl).catch(() => null);
      if (answer?.ok) show(await answer.json());
      else how(away);
    };
    polling = setInterval(ask, POLL_EVERY);
    ask();
  }

  if (address) listen(address);
  else poll();
  return {
    stop() {
      isOver = true;
      source?.close();
      clearInterval(polling);
    },
  };
}
