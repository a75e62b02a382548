import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.lib.bounces import Kind, read
from muster.lib.bounces.opening import LONGEST_HEADER, header, opened
from tests.bounces import samples
from tests.bounces.samples import CODE, message, report

EVERY = [raw for raw, *_ in (*samples.STANDARD.values(), *samples.DIALECTS.values())] + [
    samples.DELAYED,
    samples.ARRIVED,
    samples.FORWARDED,
    samples.COMPLAINT,
]


@pytest.mark.parametrize("name", samples.STANDARD)
def test_a_report_says_whom_it_is_about_and_why(name: str) -> None:
    raw, kind, status = samples.STANDARD[name]

    told = read(raw)

    assert (told.kind, told.failures[0].status) == (kind, status)
    assert told.addresses == ("ann@example.net",)
    assert told.traces[0] == CODE


@pytest.mark.parametrize("name", samples.DIALECTS)
def test_servers_that_know_no_standard_are_understood(name: str) -> None:
    raw, kind = samples.DIALECTS[name]

    told = read(raw)

    assert told.kind == kind
    assert told.traces[0] == CODE


def test_what_is_still_tried_or_arrived_is_no_failure() -> None:
    assert read(samples.DELAYED).kind is Kind.DELAYED
    assert read(samples.ARRIVED).kind is Kind.DELIVERED
    assert not Kind.DELAYED.is_failure
    assert not Kind.DELIVERED.is_failure


def test_of_several_recipients_each_has_a_verdict_and_the_mildest_counts() -> None:
    told = read(samples.FORWARDED)

    assert [f.kind for f in told.failures] == [Kind.HARD, Kind.FULL]
    assert told.addresses == ("ann@example.net", "two@example.com")
    assert told.kind is Kind.FULL


def test_a_complaint_names_who_complains_and_of_which_delivery() -> None:
    told = read(samples.COMPLAINT)

    assert told.kind is Kind.COMPLAINT
    assert told.addresses == ("ann@example.net",)
    assert told.traces == (CODE,)


def test_word_that_a_message_is_no_spam_is_no_complaint() -> None:
    assert read(samples.COMPLAINT.replace(b": abuse", b": not-spam")).kind is not Kind.COMPLAINT


@pytest.mark.parametrize(
    "head",
    [
        "Subject: Re: Hi\nAuto-Submitted: auto-replied",
        "Subject: Re: Hi\nAuto-Submitted: auto-generated (vacation)",
        "Subject: Re: Hi\nPrecedence: auto_reply",
        "Subject: Re: Hi\nX-Autoreply: yes",
        "Subject: Ticket 5\nX-Auto-Response-Suppress: All",
        "Subject: Automatic reply: Hi",
        "Subject: Out of Office: try again later, mailbox full",
        "Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Hi?=",
        "Subject: Abwesenheitsnotiz: Hi",
        "Subject: Ateb awtomatig: Hi",
        "Subject: Respuesta automática: Hi",
        "Subject: Hi\nContent-Type: multipart/report; report-type=disposition-notification;"
        " boundary=x",
    ],
)
def test_a_machine_that_answers_for_someone_away_is_told_from_them(head: str) -> None:
    raw = message(f"From: Ann <ann@example.net>\n{head}", "I am away. User unknown.")

    assert read(raw).kind is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    "head",
    [
        "Subject: Re: Hi",
        "Subject: Re: Out of office voting",
        "Subject: RE: Automatic reply",
        "Subject: Vacation homes for everyone",
        "Subject: Re: Hi\nAuto-Submitted: no",
        f"Subject: Re: Undelivered mail\nIn-Reply-To: <{CODE}@example.org>",
        "Subject: ",
    ],
)
def test_what_a_person_writes_is_a_reply_whatever_they_quote(head: str) -> None:
    raw = message(
        f"From: Ann <ann@example.net>\n{head}",
        "> <ann@example.net>: user unknown (#5.1.1), mailbox full, spam\nIs this from you?",
    )

    assert read(raw).kind is Kind.REPLY


def test_an_answer_is_traced_by_what_it_answers() -> None:
    raw = message(f"From: ann@example.net\nReferences: <old-old-old@x> <{CODE}@example.org>", "Hi")

    assert read(raw).traces[0] == CODE


def test_a_message_is_traced_by_the_address_it_came_to() -> None:
    raw = message(f"From: MAILER-DAEMON@example.net\nTo: bounces+{CODE}@example.org", "Failed.")

    assert read(raw).traces == (CODE,)


@pytest.mark.parametrize("raw", EVERY)
def test_line_ends_do_not_change_the_verdict(raw: bytes) -> None:
    told = read(raw)

    assert read(raw.replace(b"\n", b"\r\n")) == told
    assert read(raw.replace(b"\n", b"\r")) == told


def _pairs(ends: list[bytes], lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Each line's end, and the line after it."""
    return list(zip(ends, [*lines[1:], b""], strict=True))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(EVERY), st.lists(st.sampled_from([b"\n", b"\r\n", b"\r"]), max_size=150))
def test_nor_do_line_ends_of_several_kinds(raw: bytes, ends: list[bytes]) -> None:
    lines = raw.split(b"\n")
    ends = (ends + [b"\r\n"] * len(lines))[: len(lines)]
    # CR before an empty line that ends in LF would be one CRLF, and the empty line gone.
    ends = [b"\n" if end == b"\r" and after == b"" else end for end, after in _pairs(ends, lines)]
    mixed = b"".join(line + end for line, end in zip(lines, ends, strict=True))

    assert read(mixed) == read(raw + b"\n")


@settings(max_examples=150, deadline=None)
@given(
    raw=st.sampled_from(EVERY),
    put=st.binary(max_size=30)
    | st.sampled_from([b"\0", b"--=_b--", b"\n\n", b"=?x?q?", b"<", b";"]),
    at=st.integers(0, 1500),
    cut=st.integers(0, 2000),
)
def test_what_is_broken_anywhere_still_says_something(
    raw: bytes, put: bytes, at: int, cut: int
) -> None:
    assert read(raw[:at] + put + raw[at:]).kind in Kind
    assert read(raw[:cut]).kind in Kind
    assert read(raw[:at] + put + raw[cut:]).kind in Kind


@settings(max_examples=100, deadline=None)
@given(
    status=st.sampled_from(["4.1.1", "4.2.2", "4.7.1", "4.0.0", "4.4.7", "4.99.99"]),
    words=st.sampled_from([f"smtp; {s}" for s in ("user unknown", "550 5.1.1 no such user", "")]),
    action=st.sampled_from(["failed", "delayed", "FAILED", "error"]),
)
def test_what_is_said_to_pass_is_never_hard(status: str, words: str, action: str) -> None:
    fields = f"Final-Recipient: rfc822; ann@example.net\nAction: {action}\nStatus: {status}"

    assert read(report(f"{fields}\nDiagnostic-Code: {words}")).kind is not Kind.HARD


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 100,
        b"\n\n\n",
        b"From: \xff\xfe\nSubject: =?utf-8?b?!!!?=\nContent-Type: text/plain; charset=\xff\n\n\xff",
        b"Subject: Undelivered\nContent-Type: text/plain; charset=klingon-8\n\nuser unknown",
        b"Content-Type: multipart/report\n\n--\n",
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * 20_000,
        b"Content-Type: message/delivery-status\n\n\n\n\n",
        b"Subject: failure notice\n\n<" + b"a" * 3_000_000 + b"@example.net>:",
        b"Subject: failure notice\n\nfailed addresses follow:\n" + (b"a@" * 5000 + b"\n") * 100,
        b"Content-Transfer-Encoding: base64\nSubject: failure notice\n\n!!!=",
        b"Content-Type: message/rfc822\n\n" * 3000,
        b"Subject: failure notice\n\n" + b">\n" * 100_000,
        b"Subject: failure notice\n\n" + b"- \n" * 75_000,
        b"Subject: failure notice\nContent-Type: text/html\n\n" + b"<style" * 60_000,
        b"Content-Type: multipart/report; boundary=a\n\n--a\nContent-Type: message/delivery-status"
        b"\n\n\nAction: failed\nFinal-Recipient: rfc822;" + b"(a" * 20_000 + b"\n--a--",
    ],
    ids=lambda raw: repr(raw[:30]),
)
def test_the_worst_messages_are_read_too(raw: bytes) -> None:
    assert read(raw).kind in Kind


@pytest.mark.parametrize("levels", [19, 100, 1000])
def test_messages_nested_beyond_reason_are_read(levels: int) -> None:
    raw = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
        for level in range(levels)
    )

    assert read(b"Subject: failure notice\n" + raw).kind in Kind


def test_words_are_kept_in_one_line_and_short() -> None:
    told = read(samples.failed("5.0.0", "smtp; " + "user unknown\n " * 500))

    assert "\n" not in told.failures[0].words
    assert len(told.failures[0].words) <= 1000


def test_no_word_list_takes_long_over_a_long_line() -> None:
    for words in ("user " * 4000, "a" * 20_000, "mailbox " * 3000, "quota exceeded " * 2000):
        told = read(samples.failed("5.0.0", re.sub(r"(.{900})", r"\1\n ", words)))

        assert told.kind in Kind


def test_a_header_without_end_is_read_by_its_beginning() -> None:
    """What decodes its words takes the square of their number."""
    raw = b"Subject: " + b"=?utf-8?q?a?= " * 60_000 + b"\n\nx"

    found = header(opened(raw), "Subject")

    assert found.startswith("aaa")
    assert len(found) < LONGEST_HEADER
