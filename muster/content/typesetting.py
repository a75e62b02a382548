"""Each block as MJML and as plain text, its fields still marks.

Everything a writer wrote is escaped here, braces too, before MJML sees it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings

from muster.content.blocks import OTHER, OWN_PICTURE, PICTURE, Block, amounts_of
from muster.content.filling import Field, clean
from muster.content.markdown import ADDRESS, dropped_addresses, html_of, text_of
from muster.content.marking import Marks, escape, no_braces

LINK = Field("link")
SOURCE = Field(" source")
"""The source code's place in an address elsewhere. A writer's own fields have no space in front."""
GIVE_OTHER = "Another amount"


@dataclass(frozen=True)
class Page:
    """What blocks are set with: the marks of their fields and the colours of the campaign."""

    marks: Marks
    accent: str
    on_accent: str

    def words(self, text: str) -> str:
        """One line of a writer's, as HTML."""
        return escape(self.marks.put(clean(text)))

    def lines(self, text: str) -> str:
        said = [self.words(line) for line in text.strip().split("\n")]
        return "<br />".join(said)

    def address(self, text: str) -> str:
        """A link's address as HTML; empty: the message's own page; not of web or mail: nowhere."""
        return escape(address_of(text, self.marks))

    def markdown(self, text: str) -> str:
        return no_braces(html_of(self.marks.put(_lines(text)), self.marks.mark))


def address_of(text: str, marks: Marks) -> str:
    said = clean(text)
    if not said:
        return marks.in_address(marks.of(LINK))
    if said != "{link}" and not ADDRESS.match(said):
        return "#"
    return marks.in_address(marks.put(said))


def _lines(text: str) -> str:
    """Markdown without the control characters that markup does not take."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def mjml_of(blocks: Iterable[Block], page: Page) -> str:
    """All of them, in order: the inside of one column."""
    return "\n".join(SET[block["kind"]](block, page) for block in blocks)


def _text(block: Block, page: Page) -> str:
    return f'<mj-text padding-bottom="0">{page.markdown(block["words"])}</mj-text>'


def _heading(block: Block, page: Page) -> str:
    return (
        '<mj-text font-size="24px" line-height="30px" font-weight="700" padding-bottom="12px">'
        f'<h2 style="margin:0;font-size:24px;line-height:30px">{page.words(block["words"])}</h2>'
        "</mj-text>"
    )


def _button(block: Block, page: Page) -> str:
    words = page.words(block["words"])
    return _pressed(words, page.address(block["to"]), page) if words else ""


def _pressed(words: str, address: str, page: Page) -> str:
    return (
        f'<mj-button align="left" href="{address}" background-color="{page.accent}"'
        f' color="{page.on_accent}" font-size="17px" font-weight="600" border-radius="6px"'
        f' inner-padding="14px 24px" padding="8px 28px 24px">{words}</mj-button>'
    )


def _picture(block: Block, page: Page) -> str:
    source = block["address"].strip()
    if not PICTURE.fullmatch(source):
        return ""
    address = escape(page.marks.in_address(page.marks.put(clean(whole(source)))))
    href = f' href="{page.address(block["to"])}"' if block["to"].strip() else ""
    return (
        f'<mj-image src="{address}" alt="{page.words(block["alt"])}"{href}'
        ' padding="0 28px 20px" border-radius="6px" />'
    )


def whole(source: str) -> str:
    """A picture's address as readers' programs ask for it."""
    return f"{settings.PUBLIC_ADDRESS}{source}" if source.startswith(OWN_PICTURE) else source


def _amounts(block: Block, page: Page) -> str:
    above = page.words(block["words"])
    words = f'<mj-text padding-bottom="8px"><strong>{above}</strong></mj-text>' if above else ""
    style = (
        f"display:inline-block;background:{page.accent};color:{page.on_accent};font-weight:600;"
        "text-decoration:none;padding:12px 20px;border-radius:6px;margin:0 8px 8px 0"
    )
    each = "".join(
        f'<a href="{escape(giving(block, amount, page.marks))}" style="{style}">'
        f"{pounds(amount)}</a>\n"
        for amount in amounts_of(block)
    )
    return f'{words}<mj-text css-class="amounts" padding-bottom="16px">{each}</mj-text>'


def pounds(amount: str) -> str:
    """What stands on a button.

    >>> pounds("25"), pounds("other")
    ('£25', 'Another amount')
    """
    return GIVE_OTHER if amount == OTHER else f"£{amount}"


def giving(block: Block, amount: str, marks: Marks) -> str:
    """The donation page's address with the amount and this e-mail's source code told in it.

    For another amount the page is asked for without one.
    """
    to = block.get("to", "")
    if not to:
        return "#"
    source = marks.in_address(marks.of(SOURCE))
    if amount == OTHER:
        to = re.sub(r"[^?&=/]*=?\{amount\}&?", "", to, count=1).rstrip("?&")
    told = to.replace("{amount}", amount)
    if "{source}" in told:
        return told.replace("{source}", source)
    before, hash_, after = told.partition("#")
    return f"{before}{'&' if '?' in before else '?'}s={source}{hash_}{after}"


def _event(block: Block, page: Page) -> str:
    facts = "<br />".join(
        f"{label}: {said}"
        for label, said in (
            ("When", page.words(block["when"])),
            ("Where", page.words(block["where"])),
        )
        if said
    )
    more = f"<br />{page.lines(block['words'])}" if block["words"].strip() else ""
    made = (
        '<mj-text css-class="event" padding-bottom="16px"><div style="border-left:4px solid'
        f' {page.accent};padding:2px 0 2px 16px"><strong style="font-size:19px">'
        f"{page.words(block['title'])}</strong><br />{facts}{more}</div></mj-text>"
    )
    words = page.words(block["button"])
    return made + (_pressed(words, page.address(block["to"]), page) if words else "")


def _signature(block: Block, page: Page) -> str:
    role = f"<br />{page.words(block['role'])}" if block["role"].strip() else ""
    return f"<mj-text><strong>{page.words(block['name'])}</strong>{role}</mj-text>"


def _divider(block: Block, page: Page) -> str:
    return '<mj-divider border-width="1px" border-color="#b9b4aa" padding="4px 28px 20px" />'


SET: dict[str, Callable[[Block, Page], str]] = {
    "text": _text,
    "heading": _heading,
    "button": _button,
    "picture": _picture,
    "amounts": _amounts,
    "event": _event,
    "signature": _signature,
    "divider": _divider,
}


def text_of_all(blocks: Iterable[Block], marks: Marks) -> str:
    """The plain part's body, made from the blocks themselves, a blank line between them."""
    said = (_plain(block, marks).strip("\n") for block in blocks)
    return "\n\n".join(words for words in said if words.strip())


def _plain(block: Block, marks: Marks) -> str:
    kind = block["kind"]
    if kind == "text":
        return text_of(marks.put(_lines(block["words"])), marks.mark)
    if kind == "divider":
        return "* * *"
    line = {name: marks.put(clean(said)) for name, said in block.items() if name not in PLACES}
    if kind == "heading":
        return f"{line['words']}\n{'=' * 24}" if line["words"] else ""
    if kind == "button":
        return _leading(line["words"], block, marks)
    if kind == "picture":
        return f"[{line['alt']}]" if line["alt"] else ""
    if kind == "amounts":
        each = (f"{pounds(a)}: {giving(block, a, marks)}" for a in amounts_of(block))
        return "\n".join([line["words"], *each])
    if kind == "event":
        return _happening(block, line, marks)
    return "\n".join(part for part in (line["name"], line["role"]) if part)


PLACES = ("kind", "to", "address")


def _leading(words: str, block: Block, marks: Marks) -> str:
    return f"{words}:\n{address_of(block['to'], marks)}" if words else ""


def _happening(block: Block, line: dict[str, str], marks: Marks) -> str:
    more = "\n".join(marks.put(clean(said)) for said in block["words"].strip().split("\n"))
    facts = [
        line["title"],
        f"When: {line['when']}" if line["when"] else "",
        f"Where: {line['where']}" if line["where"] else "",
        more,
    ]
    told = "\n".join(fact for fact in facts if fact)
    pressed = _leading(line["button"], block, marks)
    return f"{told}\n\n{pressed}" if pressed else told


def dropped_in(blocks: Iterable[Block], marks: Marks) -> list[str]:
    """Addresses in the text blocks that will not work."""
    return [
        address
        for block in blocks
        if block["kind"] == "text"
        for address in dropped_addresses(marks.put(block["words"]), marks.mark)
    ]
