"""What stands around the words of every e-mail: the mark of a demonstration, button and footer.

MJML makes the tables and inline styles that mail programs know; ours are a few rules for dark
screens.
The imprint stands in both parts as text, where no re-sharing can lose it (IMP-3).
"""

import re
from dataclasses import dataclass
from textwrap import fill

import mrml

from muster.content.marking import escape

DEMONSTRATION = (
    "Demonstration: a made-up campaign with made-up people. Nobody is asking you to act."
)
BOXES = re.compile(r"(?=<(?:table|td|div|p|ul|ol|li|style|body)\b)")
"""Where a line may end unseen: MJML writes one, and mail takes lines of up to 998 bytes."""
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
CHOOSE = "Choose what you get"
LANGUAGE = "en-GB"
SANS = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
SERIF = "Georgia,Cambria,'Times New Roman',serif"
PLAIN = "Verdana,Tahoma,Geneva,sans-serif"
# Without it MJML fetches a font it knows the name of from Google, for everyone who reads.
NO_FONTS = mrml.RenderOptions(fonts={})
FONTS = {"sans": SANS, "serif": SERIF, "wide": PLAIN}
"""Fonts that are on the reader's own machine: an e-mail fetches none."""
SCHEMES = (
    '<meta name="color-scheme" content="light dark">'
    '<meta name="supported-color-schemes" content="light dark">'
)
# Outlook's own dark screen knows no media queries: it marks what it turns over.
DARK_RULES = (
    (("body", ".paper"), "background:#17191c"),
    ((".sheet", ".sheet table"), "background:#212428"),
    ((".sheet div", ".sheet h2"), "color:#eceae5"),
    ((".small div",), "color:#b9b6af"),
    ((".mark", ".mark div"), "background:#3a3200", "color:#ffe08a"),
    ((".link",), "color:#9cc4ff"),
)


PAPER = "@media (min-width:480px){.paper{padding:20px 0}}"
SHEET = (
    "#outlook a{padding:0}body{margin:0;padding:0}table,td{border-collapse:collapse}"
    "img{border:0;height:auto;line-height:100%;outline:none;text-decoration:none}"
    "p{display:block;margin:13px 0}"
    ".mj-column-per-100{width:100% !important;max-width:100%}"
)
"""What MJML writes into every head, for showing an e-mail where no style block may stand."""


def sheet_for(look: str) -> str:
    """The whole style sheet of an e-mail by "day" or by "night", for our own previews."""
    return SHEET + PAPER + (_dark() if look == "night" else "")


def _dark(before: str = "") -> str:
    return "\n".join(
        f"{','.join(before + where for where in places)}"
        f"{{{';'.join(f'{rule} !important' for rule in rules)}}}"
        for places, *rules in DARK_RULES
    )


DARK = (
    f":root{{color-scheme:light dark}}{PAPER}\n"
    f"@media (prefers-color-scheme:dark){{{_dark()}}}\n{_dark('[data-ogsc] ')}"
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
    logo: str = ""
    font: str = "sans"
    giving: str = ""
    """Where its amounts lead; empty: there are none, or nowhere yet."""

    def why(self) -> str:
        if self.is_service:
            return f"You get this because you did something on a page of {self.organisation}."
        return f"You get this because you agreed to e-mails from {self.organisation}."


def text(head: Letterhead, body: str, imprint: str) -> str:
    """The plain part, whole."""
    stop = "Stop all e-mails" if head.is_service else "Unsubscribe"
    blocks = [
        f"[{DEMONSTRATION}]" if head.is_demonstration else "",
        body,
        "-- ",
        fill(imprint, 76, break_long_words=False, break_on_hyphens=False),
        f"{head.why()}\n{stop}: {{{{unsubscribe}}}}\n{CHOOSE}: {{{{preferences}}}}\n"
        f"Your privacy: {head.privacy}",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def markup(head: Letterhead, subject: str, preheader: str, blocks: str, imprint: str) -> str:
    """The HTML part, whole, made by MJML. What is handed in is escaped already."""
    source = _mjml(head, subject, preheader, blocks, imprint)
    made = mrml.to_html(source, mrml.ParserOptions(), NO_FONTS).content
    made = made.replace("<head>", f"<head>{SCHEMES}", 1).replace(' dir="auto"', "")
    return BOXES.sub("\n", made)


def _mjml(head: Letterhead, subject: str, preheader: str, blocks: str, imprint: str) -> str:
    font = escape(FONTS.get(head.font, SANS))
    preview = f"<mj-preview>{preheader}</mj-preview>" if preheader else ""
    return (
        f'<mjml lang="{LANGUAGE}"><mj-head><mj-title>{subject}</mj-title>{preview}'
        f'<mj-attributes><mj-all font-family="{font}" />'
        '<mj-text font-size="17px" line-height="26px" color="#1d1c1a" padding="0 28px 16px" />'
        f"</mj-attributes><mj-style>{DARK}</mj-style></mj-head>"
        '<mj-body width="600px" background-color="#f4f2ee" css-class="paper">'
        '<mj-section css-class="sheet" background-color="#ffffff" border-radius="8px"'
        ' padding="0 0 12px"><mj-column>'
        f"{_mark(head)}{_band(head)}{blocks}{_foot(head, imprint)}"
        "</mj-column></mj-section></mj-body></mjml>"
    )


def _mark(head: Letterhead) -> str:
    if not head.is_demonstration:
        return ""
    return (
        '<mj-text css-class="mark" container-background-color="#fff3bf" color="#4a3b00"'
        f' font-size="13px" line-height="20px" padding="10px 28px">{DEMONSTRATION}</mj-text>'
    )


def _band(head: Letterhead) -> str:
    """In whose name it comes: their logo, else a stripe of their colour."""
    if head.logo:
        logo, alt = escape(head.logo), escape(head.organisation)
        return (
            f'<mj-image src="{logo}" alt="{alt}" align="left" width="160px"'
            ' padding="24px 28px 20px" />'
        )
    return f'<mj-divider border-width="6px" border-color="{accent_of(head)}" padding="0 0 24px" />'


def _foot(head: Letterhead, imprint: str) -> str:
    stop = "Stop all e-mails" if head.is_service else "Unsubscribe"
    link = 'class="link" style="color:#1d4f91"'
    small = 'css-class="small" color="#5d5a54" font-size="13px" line-height="20px"'
    return (
        '<mj-divider border-width="1px" border-color="#b9b4aa" padding="8px 28px 16px" />'
        f'<mj-text {small} padding-bottom="8px">{imprint}</mj-text>'
        f"<mj-text {small}>{escape(head.why())}<br />"
        f'<a href="{{{{unsubscribe}}}}" {link}>{stop}</a> &middot;\n'
        f'<a href="{{{{preferences}}}}" {link}>{CHOOSE}</a> &middot;\n'
        f'<a href="{escape(head.privacy)}" {link}>Your privacy</a></mj-text>'
    )


def accent_of(head: Letterhead) -> str:
    """The campaign's colour, if it is one."""
    return head.accent if COLOUR.fullmatch(head.accent) else "#1d4f91"
