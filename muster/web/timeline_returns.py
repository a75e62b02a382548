"""What came back of what we wrote to someone, and when their address rested for it."""

from collections.abc import Iterator

from muster.lib.bounces import Kind
from muster.messaging.bounce_rules import WORDS_FOR
from muster.messaging.models import Rest, Return
from muster.people.models import Person
from muster.web.timeline_kinds import RETURNS
from muster.web.timeline_moments import Eyes, Moment, Window


def returns(person: Person, window: Window, eyes: Eyes) -> Iterator[Moment]:
    """Each return, in words, with the mail server's own beside them."""
    found = Return.objects.filter(person=person, at__lt=window.before).select_related(
        "sending__message__master"
    )
    for one in found.order_by("-at")[: window.most]:
        reads = RETURNS.get(one.kind, RETURNS[""])
        what = f"“{one.sending.message.master.name}”" if one.sending else "a message"
        words = reads.words.format(what=what)
        said = " · ".join(filter(None, [WORDS_FOR[Kind(one.kind)], one.words]))
        yield Moment(
            one.at,
            words[0].upper() + words[1:],
            said,
            reads.icon,
            reads.state,
            reads.kind,
            one.status,
        )


def rests(person: Person, window: Window, eyes: Eyes) -> Iterator[Moment]:
    """Each rest of an address of theirs."""
    found = Rest.objects.filter(person=person, began_at__lt=window.before)
    for rest in found.select_related("point").order_by("-began_at")[: window.most]:
        words = f"{rest.point.value} rests until {rest.until:%-d %B %Y}"
        why = "Mail to it came back on several days. Then it is tried again."
        yield Moment(rest.began_at, words, why, "moon", "waiting", "messages")
