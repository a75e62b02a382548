"""The kinds of content as writers see them: their words for each box, and how long it may be."""

from dataclasses import dataclass, field

from muster.content.models import Master
from muster.content.short_rules import LIMITS


@dataclass(frozen=True)
class Box:
    """One box of the form: its label, its help and its height in lines."""

    label: str
    help: str = ""
    rows: int = 1
    most: int = 0


@dataclass(frozen=True)
class Kind:
    """`value` is the master's kind; `boxes` are its fields in the order they are written."""

    value: str
    one: str
    many: str
    icon: str
    what: str
    boxes: dict[str, Box] = field(default_factory=dict)
    is_written_here: bool = True


def _most(kind: str, part: str) -> int:
    return LIMITS[kind].parts[part][1]


PARAGRAPHS = "A blank line starts a paragraph."
KINDS = {
    kind.value: kind
    for kind in (
        Kind(
            Master.Kind.EMAIL,
            "E-mail",
            "E-mails",
            "mail",
            "A letter to every supporter who agreed to one.",
            is_written_here=False,
        ),
        Kind(
            Master.Kind.POST,
            "Post",
            "Posts",
            "message-square",
            "A few lines in the feed, with the seat's own card.",
            {
                "body": Box("Words", "{link} is the seat's own page.", 6, _most("post", "body")),
            },
        ),
        Kind(
            Master.Kind.CARD,
            "Card",
            "Cards",
            "image",
            "A picture for each seat, square and tall, imprint and all.",
            {
                "subject": Box("Headline", "", 2, _most("card", "subject")),
                "body": Box("Line beneath", "", 2, _most("card", "body")),
                "button": Box("Call", "What to do, in a word or two.", 1, _most("card", "button")),
                "design": Box("Design"),
                "alt": Box(
                    "Alt text",
                    "What the card shows and says, for those who cannot see it.",
                    3,
                    _most("card", "alt"),
                ),
            },
        ),
        Kind(
            Master.Kind.AD,
            "Ad",
            "Ads",
            "megaphone",
            "A paid place in the feed: headline, words, a call.",
            {
                "subject": Box("Headline", "", 1, _most("ad", "subject")),
                "body": Box("Words", "", 4, _most("ad", "body")),
                "button": Box("Call", "A verb: “Join in”.", 1, _most("ad", "button")),
            },
        ),
        Kind(
            Master.Kind.PAGE,
            "Page",
            "Pages",
            "file-text",
            "What the seat's own page says, from the moment it goes live.",
            {
                "subject": Box("Title", "", 1, _most("page", "subject")),
                "body": Box("Words", PARAGRAPHS, 12, _most("page", "body")),
            },
        ),
    )
}
WRITTEN_HERE = {value: kind for value, kind in KINDS.items() if kind.is_written_here}
FIELDS = (
    ("{seat}", "Seat", "the seat's name"),
    ("{seat_local}", "Local name", "its Welsh name, where it has one"),
    ("{candidate}", "Candidate", "who stands there"),
    ("{date}", "Date", "the day chosen above"),
    ("{link}", "Link", "the seat's own page"),
    ("{fact:lead}", "Lead", "how far behind or ahead"),
    ("{fact:swing}", "Swing", "points needed to win"),
    ("{fact:majority}", "Majority", "votes between the first two"),
    ("{fact:electorate}", "Electorate", "people on the register"),
    ("{fact:region}", "Region", "region or nation"),
)


def fields_for(kind: str) -> list[tuple[str, str, str]]:
    """The fields a kind may hold: a link stands only where one can be followed."""
    return [row for row in FIELDS if row[0] != "{link}" or LIMITS[kind].takes_link]
