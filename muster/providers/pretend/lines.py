"""Lines to the made-up service: our words into its requests, its answers into ours."""

from collections.abc import Collection
from typing import Any
from urllib.parse import quote

from muster.channels.network import (
    Ad,
    CannotOpen,
    Gone,
    Limits,
    NotNow,
    Placed,
    Post,
    Refused,
    Review,
    Unanswered,
)
from muster.lib import http


class _Line:
    """What both lines share. Whoever the organisation is, this service lives on this machine."""

    service = ""
    limits = Limits(words=300)
    is_absence_sure = True  # it writes down before it answers, and reads back what it wrote

    def __init__(self, address: str, handle: str, *, timeout: float) -> None:
        try:
            self._client = http.Client(address, only_loopback=True, timeout=timeout)
        except http.NotHere as refusal:
            raise CannotOpen(f"The made-up network is on this machine only. {refusal}") from refusal
        self._account = f"/{self.service}/v1/{quote(handle, safe='')}"

    @property
    def timeout(self) -> float:
        return self._client.longest

    def upload(self, picture: bytes, *, alt: str) -> str:
        headers = {"Content-Type": "image/jpeg", "X-Alt": quote(alt)}
        answer = self._ask("POST", "/media", body=picture, headers=headers)
        return str(answer["id"])

    def close(self) -> None:
        self._client.close()

    def _found(self, things: str, reference: str) -> Placed | None:
        found = self._ask("GET", f"/{things}?reference={quote(reference)}")[things]
        return _placed(found[0]) if found else None

    def _remove(self, method: str, path: str) -> None:
        try:
            self._ask(method, path)
        except Gone:
            return

    def _ask(self, method: str, path: str, **sent: Any) -> Any:
        try:
            answer = self._client.ask(method, self._account + path, **sent)
        except http.NotSent as trouble:
            raise NotNow(f"The network does not answer: {trouble}.") from trouble
        except http.Unanswered as trouble:
            raise Unanswered(f"The network did not answer: {trouble}.") from trouble
        return understood(answer)


class Social(_Line):
    """The made-up social network."""

    service = "social"

    def post(self, post: Post) -> Placed:
        said = {
            "reference": post.reference,
            "words": post.words,
            "link": post.link,
            "media": list(post.media),
            "alt": post.alt,
        }
        answer = self._ask("POST", "/posts", said=said)
        return _placed(answer)

    def find(self, reference: str) -> Placed | None:
        return self._found("posts", reference)

    def delete(self, id: str) -> None:
        self._remove("DELETE", f"/posts/{quote(id)}")


class Ads(_Line):
    """The made-up advertising platform."""

    service = "ads"
    limits = Limits(words=125, headline=40, call=25)

    def create(self, ad: Ad) -> Placed:
        said = {
            "reference": ad.reference,
            "headline": ad.headline,
            "words": ad.words,
            "call": ad.call,
            "link": ad.link,
            "media": list(ad.media),
            "alt": ad.alt,
            "budget": ad.budget,
        }
        answer = self._ask("POST", "/ads", said=said)
        return _placed(answer)

    def find(self, reference: str) -> Placed | None:
        return self._found("ads", reference)

    def submit(self, id: str) -> None:
        self._ask("POST", f"/ads/{quote(id)}/submit", said={})

    def reviews(self, ids: Collection[str]) -> dict[str, Review]:
        listed = ",".join(quote(id) for id in ids)
        found = self._ask("GET", f"/ads?ids={listed}")["ads"]
        return {ad["id"]: Review(ad["review"], ad["reason"]) for ad in found}

    def switch(self, id: str, *, on: bool) -> None:
        self._ask("POST", f"/ads/{quote(id)}/switch", said={"on": on})

    def archive(self, id: str) -> None:
        self._remove("POST", f"/ads/{quote(id)}/archive")


def _placed(answer: Any) -> Placed:
    told = answer if isinstance(answer, dict) else {}
    return Placed(told.get("id", ""), told.get("url", ""))


def understood(answer: http.Answer) -> Any:
    """What a good answer says. Of others: every 4xx is certainly not done; of an error of the
    network's own nobody knows."""
    status = answer.status
    if 200 <= status < 300:
        try:
            return answer.json()
        except ValueError as error:
            raise Unanswered("The network's answer cannot be read.") from error
    if status == 429:
        raise NotNow("The network asks us to slow down.", answer.wait_s, is_pace=True)
    if status >= 500:
        raise Unanswered(f"The network had an error of its own ({status}).")
    words = _reason(answer) or f"The network refused it ({status})."
    raise Gone(words) if status in (404, 410) else Refused(words)


def _reason(answer: http.Answer) -> str:
    try:
        said = answer.json()
    except ValueError:
        return ""
    return str(said.get("error", ""))[:300] if isinstance(said, dict) else ""
