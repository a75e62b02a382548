import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.lib.mail_headers import BreaksHeader, tidy
from muster.lib.mime import Compiled, Field, Person, compile_letter

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=400)


def compiled(
    text: str = "", designed: str = "", subject: str = "Hi ", takes_8bit: bool = True
) -> Compiled:
    return compile_letter(
        from_name="Zoë of Fair Future",
        from_address="us@example.org",
        subject=[subject, Field("name")],
        text=[text, Field("name"), "."],
        designed=[designed, Field("name"), "."],
        headers={
            "Message-ID": ["<", Field("code"), "@example.org>"],
            "List-Unsubscribe": ["<", Field("unsubscribe"), ">"],
            "List-Unsubscribe-Post": ["List-Unsubscribe=One-Click"],
            "X-Muster-Delivery": [Field("code")],
        },
        takes_8bit=takes_8bit,
    )


def person(name: str) -> Person:
    return Person(
        name=name,
        address="ann@example.org",
        fields={"name": name, "code": "abc", "unsubscribe": "http://localhost:8401/u/abc"},
    )


def parsed(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def part(raw: bytes, kind: str) -> str:
    found = parsed(raw).get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, name=WORDS, takes_8bit=st.booleans())
def test_both_parts_arrive_as_they_were_written(text: str, name: str, takes_8bit: bool) -> None:
    raw, is_plain = compiled(text, text, takes_8bit=takes_8bit).fill(person(name), AT)

    assert not (is_plain and b"\n." in raw)
    assert part(raw, "plain") == f"{text}{tidy(name)}."
    assert f"{text}".split("\n")[0] in part(raw, "html")


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, name=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_no_line_is_too_long_and_every_line_ends_in_crlf(text: str, name: str) -> None:
    for takes_8bit in (True, False):
        raw = compiled(text * 5, text, takes_8bit=takes_8bit).fill(person(tidy(name)), AT)[0]

        lines = raw.split(b"\r\n")
        assert all(len(line) <= 998 for line in lines)
        assert all(b"\r" not in line and b"\n" not in line for line in lines)
        assert takes_8bit or raw.isascii()


@settings(max_examples=300, deadline=None)
@given(name=WORDS)
def test_names_and_subjects_survive_their_encoding(name: str) -> None:
    read = parsed(compiled().fill(person(name), AT)[0])

    # Parsers fold runs of blanks; what matters is every other letter.
    assert read["Subject"].split() == f"Hi {name}".split()
    assert read["From"].addresses[0].display_name == "Zoë of Fair Future"
    assert read["To"].addresses[0].addr_spec == "ann@example.org"


@pytest.mark.parametrize("sly", ["Ann\r\nBcc: all@example.org", "Ann\nX: y", "Ann\rX", "A\u2028B"])
def test_a_line_break_in_a_header_is_refused(sly: str) -> None:
    with pytest.raises(BreaksHeader):
        compiled().fill(person(sly), AT)


@pytest.mark.parametrize("sly", ["a\r\nBcc: all@example.org", "a\nb", "é"])
def test_a_field_in_a_header_is_plain_ascii_or_refused(sly: str) -> None:
    whole = person("Ann")

    with pytest.raises(BreaksHeader):
        compiled().fill(Person(whole.name, whole.address, {**whole.fields, "code": sly}), AT)


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from([".", "..", "a.", ".a", "", "A"]), takes_8bit=st.booleans())
@pytest.mark.parametrize("text", ["", "a\n", ".", "\n.", "a\n.b", "a"])
@pytest.mark.parametrize("after", ["", ".", "\n.", "a"])
def test_a_line_that_begins_with_a_dot_is_never_missed(
    text: str, after: str, name: str, takes_8bit: bool
) -> None:
    who = Field("name")
    letter = compile_letter(
        from_name="",
        from_address="us@example.org",
        subject=[who],
        text=[text, who, after, who, "."],
        designed=[text, who, after],
        headers={"X-Code": [who]},
        takes_8bit=takes_8bit,
    )

    raw, is_plain = letter.fill(Person("", "ann@example.org", {"name": name}), AT)

    assert not (is_plain and b"\n." in raw)


def test_fields_that_stand_side_by_side_and_again_are_all_put_in() -> None:
    name = Field("name")
    raw = compile_letter(
        from_name="",
        from_address="us@example.org",
        subject=[name],
        text=[name, name, " and ", name],
        designed=[name, name],
        headers={},
    ).fill(person("A&B"), AT)[0]

    assert part(raw, "plain") == "A&BA&B and A&B"
    assert part(raw, "html") == "A&amp;BA&amp;B"


def test_what_is_put_into_html_stays_words() -> None:
    raw = compiled(designed="<p>").fill(person('<script>"x"</script>'), AT)[0]

    assert "<script>" not in part(raw, "html")
    assert '<script>"x"</script>' in part(raw, "plain")


def test_a_very_long_line_travels_quoted_printable() -> None:
    raw = compiled(text="x" * 5000).fill(person("Ann"), AT)[0]

    assert b"quoted-printable" in raw
    assert part(raw, "plain") == "x" * 5000 + "Ann."


def test_the_headers_of_one_click_are_exact() -> None:
    read = parsed(compiled().fill(person("Ann"), AT)[0])

    assert read["List-Unsubscribe"] == "<http://localhost:8401/u/abc>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read["Date"] == "Mon, 04 May 2026 12:00:00 +0000"
    assert read["Message-ID"] == "<abc@example.org>"
    assert read["X-Muster-Delivery"] == "abc"


def test_names_with_commas_and_quotes_are_quoted() -> None:
    read = parsed(compiled().fill(person('O"Hara, Ann'), AT)[0])

    assert read["To"].addresses[0].display_name == 'O"Hara, Ann'


def test_a_missing_field_is_an_error_and_not_a_gap() -> None:
    whole = person("Ann")

    with pytest.raises(KeyError):
        compiled().fill(Person(whole.name, whole.address, {}), AT)
