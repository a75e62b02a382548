"""What people write: their own words apart from ours beneath, and whether they want no more."""

import re

LONGEST = 100_000  # letters of a line that are kept
# How the programs people use begin what they leave beneath; a name and a date come between.
BENEATH = re.compile(
    r"^(?:>|-{2,} ?(?:original|forwarded) message|_{20,}$|(?:on|am|le|el|il|op|ar) .{5,200}"
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|ysgrifennodd)\s*:?$"
    r"|from: .{1,200}$|sent from my )",
    re.I,
)
SIGNATURE = "-- "
PLAIN = {"stop", "unsubscribe"}
"""Alone, they leave no doubt."""
PERHAPS = re.compile(
    r"\b(stop|unsubscribe|remove me|opt.?out|take me off|no more e-?mails?|don'?t (?:e-?mail|"
    r"contact|write to) me|leave me alone)\b",
    re.I,
)
HEEDED = 400  # letters in which somebody says what they want


def own_words(text: str) -> tuple[str, str]:
    """What they wrote themselves, and what they left beneath it.

    >>> own_words("Yes!\\n\\nOn Mon, 4 May 2026 at 09:00, Fair Future wrote:\\n> Can you help?")
    ('Yes!', 'On Mon, 4 May 2026 at 09:00, Fair Future wrote:\\n> Can you help?')
    """
    lines = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines):
        # Gmail breaks “On … wrote:” over two lines.
        both = f"{line} {lines[number + 1]}" if number + 1 < len(lines) else line
        if line == SIGNATURE or BENEATH.match(line[:300]) or BENEATH.match(both[:300]):
            return "\n".join(lines[:number]).strip(), "\n".join(lines[number:]).strip()
    return "\n".join(lines).strip(), ""


def says_stop(own: str, subject: str) -> bool:
    """Exactly a word that means nothing else, alone in what they wrote or in their subject.

    >>> says_stop("STOP.", "Re: Saturday"), says_stop("Don't stop!", "Unsubscribe")
    (True, False)
    """
    word = own or subject
    return _bare(word) in PLAIN


def may_want_to_stop(own: str) -> bool:
    """Words that may mean it: a person decides."""
    return PERHAPS.search(own[:HEEDED]) is not None


def subject_of(subject: str) -> str:
    """Without what programs put before an answer's.

    >>> subject_of("Re: AW:  Fwd: Saturday")
    'Saturday'
    """
    return re.sub(r"^(?:(?:re|aw|fwd?|sv|tr|rv|antw|atb)\s*:\s*)+", "", subject.strip(), flags=re.I)


def _bare(words: str) -> str:
    return words.strip().strip(".!\"'“”").strip().lower()
