import hashlib
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import authheaders
import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from dkim.canonicalization import Relaxed
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.lib.dkim import CannotSign, Signer, fresh_key, relaxed_body, signed, strings_of
from tests.smtp.letters import AT, letters

SECOND = int(AT.timestamp())
POLICY = "v=DMARC1; p=reject; adkim=s"
SHORT = b"From: us@example.org\r\nTo: ann@example.org\r\nSubject: Hi\r\n\r\nHello\r\n"


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer("example.org", "m1", fresh_key())


def dns(*signers: Signer):  # type: ignore[no-untyped-def]
    """What a receiver is told when it asks for the keys."""
    records = {f"{signer.place}.".encode(): signer.record.encode() for signer in signers}
    return lambda name, timeout=5: records.get(name if isinstance(name, bytes) else name.encode())


def holds(message: bytes, *signers: Signer) -> bool:
    return bool(dkimpy.verify(message, dnsfunc=dns(*signers)))


def test_dkimpy_accepts_a_thousand_varied_letters(signer: Signer) -> None:
    refused = [m for m in letters(1000) if not holds(signed(m, [signer], SECOND), signer)]

    assert refused == []


def test_authheaders_finds_the_signature_aligned_with_the_sender(signer: Signer) -> None:
    key = dns(signer)

    def ask(name, timeout=5):  # type: ignore[no-untyped-def]
        return POLICY if "_dmarc" in str(name) else key(name)

    for message in letters(50):
        said = authheaders.authenticate_message(
            signed(message, [signer], SECOND), "mx.example.net", dnsfunc=ask
        )

        assert "dkim=pass" in said
        assert "dmarc=pass" in said


@pytest.mark.counterpart
def test_opendkim_accepts_a_thousand_varied_letters(signer: Signer, tmp_path: Path) -> None:
    program = shutil.which("opendkim") or shutil.which("opendkim", path="/usr/sbin")
    if not program:
        pytest.skip("opendkim is not installed: apt install opendkim")
    keys, settings_ = tmp_path / "keys", tmp_path / "conf"
    keys.write_text(f"{signer.place} {signer.record}\n")
    settings_.write_text(f"Mode v\nTestPublicKeys {keys}\nSyslog no\n")
    for number, message in enumerate(letters(1000)):
        (tmp_path / str(number)).write_bytes(signed(message, [signer], SECOND))

    ran = subprocess.run(
        [program, "-x", settings_, "-t", ",".join(map(str, range(1000)))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
    )

    assert "failed" not in ran.stdout + ran.stderr
    assert (ran.stdout + ran.stderr).count("succeeded") == 1000


@pytest.mark.parametrize(
    "changed",
    [
        (b"Hello", b"Hallo"),
        (b"Subject: Hi", b"Subject: Ha"),
        (b"Subject: Hi", b"Subject: Hi\r\nSubject: Free money"),
        (b"To: ann", b"From: sly@example.net\r\nTo: ann"),
        (b"To: ann", b"Reply-To: sly@example.net\r\nTo: ann"),
    ],
)
def test_what_is_changed_or_added_on_the_way_is_noticed(
    changed: tuple[bytes, bytes], signer: Signer
) -> None:
    message = signed(SHORT, [signer], SECOND)

    assert holds(message, signer)
    assert not holds(message.replace(*changed), signer)


def test_what_relays_do_to_blanks_is_no_change(signer: Signer) -> None:
    message = signed(SHORT, [signer], SECOND)

    rewrapped = message.replace(b"Subject: Hi", b"SUBJECT:  Hi \t").replace(b"Hello", b"Hello  ")
    assert holds(rewrapped.replace(b"; bh=", b";\r\n\tbh=") + b"\r\n\r\n", signer)


def test_a_letter_may_carry_an_ed25519_signature_besides() -> None:
    both = [
        Signer("example.org", "m1", fresh_key()),
        Signer("example.org", "m2", Ed25519PrivateKey.generate()),
    ]

    message = signed(SHORT, both, SECOND)

    checked = dkimpy.DKIM(message)
    assert [checked.verify(idx=at, dnsfunc=dns(*both)) for at in (0, 1)] == [True, True]
    assert checked.signature_fields[b"a"] == b"ed25519-sha256"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("a \t.", max_size=6).map(str.encode), max_size=8))
def test_a_body_is_made_canonical_as_dkimpy_makes_it(lines: list[bytes]) -> None:
    body = b"\r\n".join([*lines, b""])

    assert relaxed_body(body) == Relaxed.canonicalize_body(body)


def test_the_body_of_the_standards_own_example_has_the_standards_hash() -> None:
    # RFC 8463, appendix A.2 and A.3.
    body = b"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"

    found = b64encode(hashlib.sha256(relaxed_body(body)).digest())

    assert found == b"2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="


def test_no_line_of_a_signature_is_long(signer: Signer) -> None:
    head = signed(SHORT, [signer], SECOND).split(b"\r\nFrom:")[0]

    assert all(len(line) <= 78 for line in head.split(b"\r\n"))


@pytest.mark.parametrize(
    "name", ["", "a b", "-a", "a..b", "a_b", "a\r\nb", "x" * 64, "a;b", "a" * 300]
)
def test_a_domain_or_selector_that_cannot_stand_in_dns_is_refused(
    name: str, signer: Signer
) -> None:
    with pytest.raises(CannotSign):
        Signer(name, "m1", signer.key)
    with pytest.raises(CannotSign):
        Signer("example.org", name, signer.key)


def test_a_domain_in_another_script_signs_under_its_name_in_dns(signer: Signer) -> None:
    assert Signer("Bücher.example", "m1", signer.key).place == (
        "m1._domainkey.xn--bcher-kva.example"
    )


def test_a_short_key_is_refused() -> None:
    with pytest.raises(CannotSign, match="1024 bits"):
        Signer("example.org", "m1", generate_private_key(65537, 1024))


@pytest.mark.parametrize("message", [b"", b"From: us@example.org\r\n", b"To: a\r\n\r\nHello\r\n"])
def test_what_is_no_message_is_not_signed(message: bytes, signer: Signer) -> None:
    with pytest.raises(CannotSign):
        signed(message, [signer], SECOND)


def test_the_record_comes_in_pieces_that_dns_takes(signer: Signer) -> None:
    pieces = strings_of(signer.record)

    assert "".join(pieces) == signer.record
    assert all(len(piece) <= 255 for piece in pieces)
