"""What a saved audience is used for: chosen by which messages and launches, frozen when."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from muster.audiences.models import Audience, Freeze
from muster.messaging.models import Sending
from muster.web.launch_reach import launches_for
from muster.web.members import MemberRequest
from muster.web.message_reach import messages_for

SHOWN = 50
WAITS = "Chosen, not sent yet"
UNSEEN = "A message you may not see"


@dataclass(frozen=True)
class Use:
    """One use. `frozen` None: chosen, not used yet. `href` empty: outside the member's reach."""

    words: str
    href: str = ""
    frozen: Freeze | None = None
    state: str = ""


def uses_of(request: MemberRequest, audience: Audience) -> list[Use]:
    """Those that wait first, then every freeze, the newest first."""
    hrefs = _hrefs(request, audience)
    frozen = list(audience.freezes.select_related("by").order_by("-at", "-pk")[:SHOWN])
    about = [f.about_id for f in frozen if f.about_kind == "sending" and f.about_id]
    sendings = Sending.objects.filter(organisation=request.organisation, pk__in=about)
    by_id = {sending.pk: sending for sending in sendings}
    used = {sending.message_id for sending in by_id.values() if sending.state != "disarmed"}
    chosen = audience.messages.filter(pk__in=list(hrefs)).exclude(pk__in=used)
    chosen = chosen.select_related("master").order_by("-pk")[:SHOWN]
    waiting = [Use(m.master.name, hrefs[m.pk], None, WAITS) for m in chosen]
    return waiting + [_frozen(one, by_id.get(one.about_id or 0), hrefs) for one in frozen]


def _frozen(one: Freeze, sending: Sending | None, hrefs: dict[int, str]) -> Use:
    if sending is None:
        return Use(one.for_what, "", one)
    state = "Disarmed: nobody got it" if sending.state == Sending.State.DISARMED else ""
    href = hrefs.get(sending.message_id, "")
    return Use(one.for_what if href else UNSEEN, href, one, state)


def _hrefs(request: MemberRequest, audience: Audience) -> dict[int, str]:
    """Where each message that chose it, or was sent to it, is seen: on its launch if it has one."""
    found: dict[int, str] = {}
    sent = Sending.objects.filter(freeze__audience=audience).values("message")
    if request.reach.may("see messages"):
        theirs = messages_for(request).filter(Q(audience=audience) | Q(pk__in=sent))
        ids = list(theirs.values_list("pk", flat=True))
        found = {pk: reverse("messages:show", args=[pk]) for pk in ids}
    if request.reach.may("see launches"):
        launches = launches_for(request).filter(message__in=list(found))
        for pk, message in launches.values_list("pk", "message_id"):
            found[message] = reverse("launches:show", args=[pk])
    return found
