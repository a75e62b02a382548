"""CSV that spreadsheets can't be tricked with."""

from collections.abc import Iterable, Iterator

# A cell that begins with one of these is run as a formula by spreadsheets.
TRIGGERS = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    """One cell: text that would be run as a formula gets an apostrophe; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    if text.startswith(TRIGGERS):
        text = f"'{text}"
    if any(c in text for c in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


def rows(header: Iterable[object], body: Iterable[Iterable[object]]) -> Iterator[str]:
    """Lines of a CSV file, beginning with the mark by which spreadsheets know UTF-8."""
    yield "\ufeff" + ",".join(cell(c) for c in header) + "\r\n"
    for row in body:
        yield ",".join(cell(c) for c in row) + "\r\n"
