"""What somebody wrote to us, and what we answered, on their timeline."""

from collections.abc import Iterator

from muster.messaging.models import ConversationLine
from muster.people.models import Person
from muster.web.timeline_moments import Eyes, Moment, Window

LONGEST = 300


def written(person: Person, window: Window, eyes: Eyes) -> Iterator[Moment]:
    """Each line in its own words; a machine's are left to the conversation."""
    found = ConversationLine.objects.filter(
        conversation__organisation=person.organisation_id,
        conversation__person=person,
        is_automatic=False,
        at__lt=window.before,
    ).select_related("conversation", "by")
    for line in found.order_by("-at")[: window.most]:
        words = line.text[:LONGEST] + ("…" if len(line.text) > LONGEST else "")
        whose = f"{line.by.name} answered" if line.by else "They wrote"
        source = f"{whose}, about “{line.conversation.subject}”"
        icon = "reply" if line.is_ours else "mail-open"
        yield Moment(line.at, words or "(no words)", source, icon, "", "messages", is_quote=True)
