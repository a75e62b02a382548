"""A composed e-mail as it leaves: read back by a mail program, every value whole and escaped."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.content import letterhead, starters
from muster.content.blocks import SHAPES, Block, of_letter
from muster.content.filling import clean, split_open
from muster.content.models import Master
from muster.content.rendering import Filler, read
from muster.lib import mime
from muster.lib.mail_headers import tidy
from muster.messaging.compiling import Wording, compiled_for, key_of
from tests.content.test_rendering import HEAD, HOSTILE, OURS, Tags

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
NAMES = st.text(alphabet="abé <>&\"'{}=?\r\n.", max_size=30)


def sent(subject: str, blocks: list[Block], candidate: str, first_name: str) -> EmailMessage:
    """Cut for a candidate's seat, compiled, filled for one person, and read back."""
    draft = read(subject, "", blocks)
    filler = Filler({"candidate": candidate, "seat": "Ynys Môn", "date": "Saturday"}, frozenset())
    text = letterhead.text(HEAD, filler.words(draft.text, wrapped=True), "Promoted by us.")
    page = filler.markup(draft.page(HEAD), "Promoted by us.")
    wording = Wording(
        filler.words(draft.subject),
        text,
        page,
        "https://example.org/x/stroud?s=abc",
        "Fair Future",
        "hello@example.org",
        (),
        True,
    )
    said = {"code": "CODE", "choices": "CHOICES", "first_name": first_name, "seat": "Ynys Môn"}
    fields = [field for part in (wording.subject, text, page) for field in split_open(part)[1]]
    said |= {key_of(f): said.get(f.name, "") or f.fallback for f in fields}
    body, _ = compiled_for(wording, takes_8bit=True).fill(
        mime.Person("", "a@example.org", said), AT
    )
    return cast(EmailMessage, message_from_bytes(body, policy=policy.default))


def part(letter: EmailMessage, kind: str) -> str:
    found = letter.get_body((kind,))
    assert found is not None
    return str(found.get_content())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), NAMES, NAMES)
def test_values_come_back_whole_and_open_nothing(
    data: st.DataObject, candidate: str, first_name: str
) -> None:
    kinds = data.draw(st.lists(st.sampled_from(list(SHAPES)), max_size=3))
    drawn = [{"kind": k} | {p: data.draw(HOSTILE) for p in SHAPES[k].parts} for k in kinds]
    first_name = tidy(first_name)
    blocks = [*of_letter("Dear {first_name|friend}, from {candidate|us}"), *drawn]

    letter = sent("For {first_name|you}", cast(list[Block], blocks), candidate, first_name)

    tags = Tags(part(letter, "html"))
    assert tags.names <= OURS
    assert tags.title == f"For {first_name or 'you'}"
    plain = " ".join(part(letter, "plain").replace("\u2060", "").split())
    greeting = f"Dear {first_name or 'friend'}, from {clean(candidate) or 'us'}"
    assert " ".join(greeting.split()) in plain


def test_the_first_words_of_an_e_mail_travel_without_being_encoded() -> None:
    """Lines over 998 bytes would have to be, and every letter would be larger and slower."""
    starter = starters.STARTERS[Master.Kind.EMAIL]
    every = [{"kind": kind} | dict.fromkeys(SHAPES[kind].parts, "Word 5") for kind in SHAPES]
    blocks = [*of_letter(starter.body, starter.button), *every]

    letter = sent(starter.subject, cast(list[Block], blocks), "Sian Hughes", "Ann")

    encodings = {p["Content-Transfer-Encoding"] for p in letter.walk() if not p.is_multipart()}
    assert encodings <= {"7bit", "8bit"}
    assert re.search("Dear Ann,", part(letter, "html"))
