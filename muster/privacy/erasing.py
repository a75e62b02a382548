"""What this room keeps about a person, and how to forget it (DP-17)."""

from muster.organisations.models import Organisation
from muster.people import erasing
from muster.people.suppressing import FORGOTTEN
from muster.privacy.files import folder
from muster.privacy.models import Case, CaseLetter, CaseStep, Pack


@erasing.register
def forget(organisation: Organisation, person_id: int) -> None:
    """A case keeps its kind, its days and who did what; their words and their copies go.

    Files are gone before the row says so: a crash between leaves no copy behind.
    """
    mine = Case.objects.filter(organisation=organisation, person_id=person_id)
    for pack in Pack.objects.filter(case__in=mine):
        (folder("packs") / f"{pack.code}.zip").unlink(missing_ok=True)
    Pack.objects.filter(case__in=mine).delete()
    CaseLetter.objects.filter(case__in=mine).delete()  # a server's refusal may name their address
    CaseStep.objects.filter(case__in=mine).exclude(words="").update(words=FORGOTTEN)
    mine.update(name=FORGOTTEN, contact="", words="", person=None)
