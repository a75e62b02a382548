"""What this room may hold of a person, and how to forget it (DP-17)."""

from muster.organisations.models import KeptAnswer, Organisation


def forget(organisation: Organisation, person_id: int) -> None:
    """Answers kept for programs that ask again. Called by people, which stands above."""
    KeptAnswer.objects.filter(organisation=organisation, person_id=person_id).delete()
