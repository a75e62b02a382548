"""A thousand letters that are hard to sign: every script, blanks, dots, long lines, sly names."""

from datetime import UTC, datetime
from random import Random

from muster.lib.mail_headers import tidy
from muster.lib.mime import Field, Person, Piece, compile_letter

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
NAMES = (
    "Ann", "", "Zoë Ångström", "Ольга", "محمد", "李小龍", "நிலா", "👩‍🔧 Sam", "O'Neill, Jr.",
    "<b>Ann</b>", '"Ann"', "Ann\\", "=?utf-8?q?sly?=", ".", " Ann  Lee ", "Ann\tLee",
    "A & B", "x" * 300, "é" * 200, "Ann\r\nBcc: all@example.org", "Ann: yes; no", "\u202eAnn",
)  # fmt: skip
LINES = (
    "", " ", "   ", "\t", ".", "..", ".well", "one  two\t three   ", "x" * 2500, "é" * 700,
    "👋🏽 🎉", "From me", "-- ", "--=_", "שלום", "a=3D b", "<p>  Hello \t</p>", "\u00a0\u00a0",
    "end",
)  # fmt: skip


def letters(count: int) -> list[bytes]:
    """So many of them, always the same ones."""
    lot = Random(7)
    return [_letter(lot) for _ in range(count)]


def _letter(lot: Random) -> bytes:
    name = tidy(lot.choice(NAMES))
    letter = compile_letter(
        from_name=tidy(lot.choice(NAMES)),
        from_address="us@example.org",
        subject=[lot.choice(["", "Hi ", "Grüße, ", "x" * 200, "a  b "]), Field("name")],
        text=_body(lot),
        designed=_body(lot),
        headers=lot.choice([{}, ONE_CLICK]),
        takes_8bit=lot.random() < 0.5,
    )
    return letter.fill(Person(name, "ann@example.org", {"name": name, "code": "abc"}), AT)[0]


ONE_CLICK: dict[str, list[Piece]] = {
    "Message-ID": ["<", Field("code"), "@example.org>"],
    "List-Unsubscribe": ["<https://example.org/u/", Field("code"), ">"],
    "List-Unsubscribe-Post": ["List-Unsubscribe=One-Click"],
}


def _body(lot: Random) -> list[Piece]:
    pieces: list[Piece] = []
    for _ in range(lot.randrange(6)):
        pieces += ["\n".join(lot.choices(LINES, k=lot.randrange(5))), Field("name")]
    return [*pieces, "\n" * lot.randrange(4)]
