"""What stands around the words of every e-mail: the mark of a demonstration, button and footer.

Tables and inline styles, because mail programs know little else; a few rules for dark screens.
The imprint stands in both parts as text, where no re-sharing can lose it (IMP-3).
"""

import html
import re
from dataclasses import dataclass
from textwrap import fill

from muster.content.rendering import escape
from muster.lib.colour import ink_on

DEMONSTRATION = (
    "Demonstration: a made-up campaign with made-up people. Nobody is asking you to act."
)
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
CHOOSE = "Choose what you get"
LANGUAGE = "en-GB"
SANS = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
DARK = (
    "@media (prefers-color-scheme:dark){.paper{background:#17191c !important}"
    ".sheet{background:#212428 !important;color:#eceae5 !important}"
    ".small{color:#b9b6af !important}.mark{background:#3a3200 !important;color:#ffe08a !important}"
    ".link,.small a{color:#9cc4ff !important}}"
)


@dataclass(frozen=True)
class Imprint:
    """Who promotes the material and on whose behalf, each with a postal address (IMP-2)."""

    promoter: str
    address: str
    on_behalf_of: str
    on_behalf_address: str

    def words(self) -> str:
        return (
            f"Promoted by {self.promoter}, {self.address},"
            f" on behalf of {self.on_behalf_of}, {self.on_behalf_address}."
        )


@dataclass(frozen=True)
class Letterhead:
    """The same for every seat but for its imprint."""

    organisation: str
    accent: str
    privacy: str
    is_demonstration: bool
    is_service: bool

    def why(self) -> str:
        if self.is_service:
            return f"You get this because you did something on a page of {self.organisation}."
        return f"You get this because you agreed to e-mails from {self.organisation}."


def text(head: Letterhead, body: str, button: str, imprint: str) -> str:
    """The plain part, whole."""
    stop = "Stop all e-mails" if head.is_service else "Unsubscribe"
    blocks = [
        f"[{DEMONSTRATION}]" if head.is_demonstration else "",
        body,
        f"{button}:\n{{{{link}}}}" if button else "",
        "-- ",
        fill(imprint, 76, break_long_words=False, break_on_hyphens=False),
        f"{head.why()}\n{stop}: {{{{unsubscribe}}}}\n{CHOOSE}: {{{{preferences}}}}\n"
        f"Your privacy: {head.privacy}",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def markup(head: Letterhead, subject: str, body: str, button: str, imprint: str) -> str:
    """The HTML part, whole. `subject`, `body`, `button` and `imprint` are HTML already."""
    stop = "Stop all e-mails" if head.is_service else "Unsubscribe"
    small = "margin:0 0 8px;font-size:13px;line-height:20px;color:#5d5a54"
    return (
        f'<!doctype html>\n<html lang="{LANGUAGE}"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="supported-color-schemes" content="light dark">\n'
        f"<title>{subject}</title>\n<style>{DARK}</style></head>\n"
        f'<body class="paper" style="margin:0;padding:0;background:#f4f2ee;font-family:{SANS}">\n'
        '<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0"'
        ' border="0" style="background:#f4f2ee"><tr><td align="center" style="padding:20px 12px">\n'
        '<table role="presentation" class="sheet" width="100%" cellpadding="0" cellspacing="0"'
        ' border="0" style="max-width:600px;background:#ffffff;color:#1d1c1a;border-radius:8px">\n'
        f"{_mark(head)}{_band(head)}"
        '<tr><td style="padding:24px 28px 8px;font-size:17px;line-height:26px">\n'
        f"{body}{_button(head, button)}</td></tr>\n"
        '<tr><td class="small" style="padding:8px 28px 24px;color:#5d5a54">\n'
        '<hr style="border:0;border-top:1px solid #dcd8d0;margin:0 0 16px">\n'
        f'<p class="small" style="{small}">{imprint}</p>\n'
        f'<p class="small" style="{small}">{escape(head.why())}\n'
        f'<a href="{{{{unsubscribe}}}}" style="color:#1d4f91">{stop}</a> &middot;\n'
        f'<a href="{{{{preferences}}}}" style="color:#1d4f91">{CHOOSE}</a> &middot;\n'
        f'<a href="{html.escape(head.privacy)}" style="color:#1d4f91">Your privacy</a></p>\n'
        "</td></tr></table>\n</td></tr></table>\n</body></html>\n"
    )


def _mark(head: Letterhead) -> str:
    if not head.is_demonstration:
        return ""
    return (
        '<tr><td class="mark" style="padding:10px 28px;background:#fff3bf;color:#4a3b00;'
        f'font-size:13px;line-height:20px;border-radius:8px 8px 0 0">{DEMONSTRATION}</td></tr>\n'
    )


def _band(head: Letterhead) -> str:
    return (
        f'<tr><td style="padding:24px 28px 0"><span style="display:inline-block;'
        f"padding:0 0 0 12px;border-left:4px solid {accent_of(head)};font-size:15px;"
        f'font-weight:600">{escape(head.organisation)}</span></td></tr>\n'
    )


def _button(head: Letterhead, words: str) -> str:
    if not words:
        return ""
    accent = accent_of(head)
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0"'
        ' style="margin:8px 0 24px"><tr>'
        f'<td style="background:{accent};border-radius:6px"><a href="{{{{link}}}}"'
        f' style="display:inline-block;padding:14px 24px;color:{ink_on(accent)};font-size:17px;'
        f'font-weight:600;text-decoration:none">{words}</a></td></tr></table>\n'
    )


def accent_of(head: Letterhead) -> str:
    """The organisation's colour, if it is one."""
    return head.accent if COLOUR.fullmatch(head.accent) else "#1d4f91"
