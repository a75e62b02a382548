"""The little of Markdown that an e-mail needs: paragraphs, bold, italics, links, lists, images.

Raw HTML is not read at all: it comes out as the words it is.
"""

import html
import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

READER = MarkdownIt("zero").enable(
    ["emphasis", "link", "autolink", "list", "image", "newline", "escape"]
)
ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)\S+$", re.IGNORECASE)
PICTURE = re.compile(r"https://\S+$", re.IGNORECASE)
STYLES = {
    "p": "margin:0 0 16px",
    "ul": "margin:0 0 16px;padding:0 0 0 24px",
    "ol": "margin:0 0 16px;padding:0 0 0 24px",
    "li": "margin:0 0 8px",
}


def html_of(source: str, mark: str) -> str:
    """HTML with its styles inline. Addresses that are not of the web, mail or phone are dropped."""
    out: list[str] = []
    for token in READER.parse(source):
        if token.type == "inline":
            out.append(_inline_html(token.children or [], mark))
        elif token.hidden:
            continue
        elif token.nesting == 1:
            out.append(f'<{token.tag} style="{STYLES.get(token.tag, "")}">')
        elif token.nesting == -1:
            out.append(f"</{token.tag}>\n")
    return "".join(out)


def _inline_html(tokens: Sequence[Token], mark: str) -> str:
    out: list[str] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            out.append("<br>\n")
        elif token.type == "link_open":
            out.append(f'<a class="link" href="{html.escape(_address(token, "href", mark))}">')
        elif token.type == "image":
            source = html.escape(_address(token, "src", mark))
            words = html.escape(token.content)
            out.append(f'<img src="{source}" alt="{words}" style="max-width:100%;height:auto">')
        elif token.type == "text":
            out.append(html.escape(token.content))
        else:
            out.append(f"<{'/' if token.nesting == -1 else ''}{token.tag}>")
    return "".join(out)


def _address(token: Token, name: str, mark: str) -> str:
    """A link's address; fields inside it are marked with a `u`, to be filled as part of one."""
    address = str(token.attrs.get(name, ""))
    allowed = PICTURE if name == "src" else ADDRESS
    if not allowed.match(address) and not re.match(f"{mark}\\d+x", address):
        return "#"
    return re.sub(f"({mark}\\d+)x", r"\1ux", address)


def text_of(source: str, mark: str) -> str:
    """Plain text: bold as words, a link as its words and its address, a list as dashes."""
    out: list[str] = []
    lists: list[int] = []
    start = ""
    for token in READER.parse(source):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(0 if token.type == "ordered_list_open" else -1)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
            start = ""
            out.append("" if lists else "\n")
        elif token.type == "list_item_open":
            start = _bullet(lists)
        elif token.type == "inline":
            out.append(start + _inline_text(token.children or [], mark))
            out.append("\n" if lists else "\n\n")
            start = "  " * len(lists)
    return "".join(out).strip()


def _bullet(lists: list[int]) -> str:
    indent = "  " * (len(lists) - 1)
    if lists[-1] < 0:
        return f"{indent}- "
    lists[-1] += 1
    return f"{indent}{lists[-1]}. "


def _inline_text(tokens: Sequence[Token], mark: str) -> str:
    out: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            out.append("\n")
        elif token.type == "link_open":
            links.append((_address(token, "href", mark), len(out)))
        elif token.type == "link_close":
            address, began = links.pop()
            same = "".join(out[began:]) == address
            out.append("" if same or address == "#" else f" ({address})")
        elif token.type in ("text", "image"):
            out.append(token.content)
    return "".join(out)


def pictures_without_words(source: str) -> int:
    """How many images have no description (A11Y)."""
    children = (child for token in READER.parse(source) for child in token.children or [])
    return sum(1 for child in children if child.type == "image" and not child.content.strip())


def dropped_addresses(source: str, mark: str) -> list[str]:
    """Addresses of links and images that will not work: not of the web, mail or phone."""
    names = {"link_open": "href", "image": "src"}
    children = (child for token in READER.parse(source) for child in token.children or [])
    named = ((child, names[child.type]) for child in children if child.type in names)
    return [str(child.attrs[name]) for child, name in named if _address(child, name, mark) == "#"]


def editable(source: str) -> str:
    """The same as plain HTML for the rich editor: no styles, fields as they are written."""
    out: list[str] = []
    for token in READER.parse(source):
        if token.type == "inline":
            out.append(_inline_editable(token.children or []))
        elif not token.hidden and token.nesting:
            out.append(f"<{'/' if token.nesting < 0 else ''}{token.tag}>")
    return "".join(out)


def _inline_editable(tokens: Sequence[Token]) -> str:
    out: list[str] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            out.append("<br>")
        elif token.type == "link_open":
            out.append(f'<a href="{html.escape(str(token.attrs.get("href", "")))}">')
        elif token.type in ("text", "image"):
            out.append(html.escape(token.content))
        else:
            out.append(f"<{'/' if token.nesting < 0 else ''}{token.tag}>")
    return "".join(out)
