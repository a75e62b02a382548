"""Which saved audiences a member sees, and what they say."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from muster.audiences import saving, sentence
from muster.audiences.models import Audience
from muster.audiences.rules import Node, Unclear
from muster.lib.times import now
from muster.organisations.models import Organisation
from muster.web.members import MemberRequest


def theirs(request: MemberRequest, code: UUID) -> Audience:
    kept = saving.visible(request.organisation, request.member, request.reach, now())
    return get_object_or_404(kept.select_related("owner", "unit"), code=code)


def said_by(definition: Node, organisation: Organisation) -> str:
    """Its sentence, or why it has none any more."""
    try:
        return sentence.in_words(definition, organisation)
    except Unclear as unclear:
        return str(unclear)
