"""What one seat's letter is made of, judged part by part: (code, state, words, where to mend)."""

from collections.abc import Iterable

from muster.messaging.preflight import links
from muster.messaging.preflight.finding import BLOCK, WARN
from muster.messaging.preflight.letter import Seen

CLIPPED, NEARLY = 102_000, 90_000  # bytes of HTML: Gmail cuts off beyond 102 kB
LEAST_SHARE = 0.3  # of the words in the designed part that the plain one should have
Said = tuple[str, str, str, str]


def problems(seen: Seen, *, is_marketing: bool, ours: str, is_made_up: bool) -> Iterable[Said]:
    """Everything that is not as it should be in one letter."""
    yield from _unsubscribe(seen, is_marketing, is_made_up)
    yield from _text(seen)
    yield from _size(seen)
    if seen.undescribed:
        yield "alt", BLOCK, "A picture has no words for those who cannot see it", "words"
    for picture in seen.pictures:
        if not picture.startswith("https://") and not is_made_up:
            yield "alt", WARN, f"A picture is not at an https address: {picture[:80]}", "words"
    own = f"{ours.rstrip('/')}/"
    for link in seen.links:
        if not link.startswith(own):
            for state, words in links.problems(link):
                yield "links", state, words, "words"


def _unsubscribe(seen: Seen, is_marketing: bool, is_made_up: bool) -> Iterable[Said]:
    if not is_marketing:
        return
    way = seen.headers.get("list-unsubscribe", "")
    if not way or "one-click" not in seen.headers.get("list-unsubscribe-post", "").lower():
        yield "unsubscribe", BLOCK, "People cannot unsubscribe with one click (MAIL-1)", ""
    elif "<https://" not in way and not is_made_up:
        words = (
            "The unsubscribe link is not https, so mailbox providers do not offer it: whoever runs"
            " Muster sets MUSTER_PUBLIC_ADDRESS"
        )
        yield "unsubscribe", WARN, words, ""


def _text(seen: Seen) -> Iterable[Said]:
    plain, designed = seen.text.split(), seen.words.split()
    if not plain:
        yield "text", BLOCK, "The plain part is empty", "words"
    elif seen.text.lstrip().startswith("<") and "</" in seen.text:
        yield "text", BLOCK, "The plain part is tags, not words", "words"
    elif len(plain) < len(designed) * LEAST_SHARE:
        yield "text", WARN, "The plain part says much less than the designed one", "words"


def _size(seen: Seen) -> Iterable[Said]:
    if seen.size >= CLIPPED:
        words = f"It has {seen.size / 1000:.0f} kB: Gmail cuts it off at 102, imprint and all"
        yield "size", BLOCK, words, "words"
    elif seen.size >= NEARLY:
        words = f"It has {seen.size / 1000:.0f} kB: at 102 Gmail cuts it off"
        yield "size", WARN, words, "words"
