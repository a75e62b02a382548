"""Privacy, erasure: what goes and what stays, shown before it is done (DP-17)."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from muster.journal.models import Fact
from muster.lib.times import now
from muster.people import erasing, suppressing
from muster.people.models import Person
from muster.privacy import cases, packing
from muster.privacy.models import Case
from muster.web.members import MemberRequest, member_may

KEPT_TITLES = ("What happened", "Who looked you up")


class EraseForm(forms.Form):
    """A word to type, so that nobody is erased by a slip."""

    word = forms.CharField(label="Type ERASE", max_length=10)

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if word.strip().upper() != "ERASE":
            raise forms.ValidationError("Type ERASE to go on; nothing was erased.")
        return word


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("handle privacy", everywhere=True)
def erase(request: MemberRequest, code: UUID) -> HttpResponse:
    """For a case of somebody on the list. The case stays, without a word of theirs."""
    ours = Case.objects.filter(organisation=request.organisation, person__isnull=False)
    case = get_object_or_404(ours.select_related("person__organisation", "organisation"), code=code)
    assert case.person is not None
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = now()
        erasing.erase(case.person, by=request.member, at=at)
        case.refresh_from_db()
        cases.add_step(case, "erased them", "", request.member, at)
        messages.success(request, "Erased. Their addresses stay on the list never to be used.")
        return redirect("privacy:case", code=code)
    context = {"case": case, "form": form, "here": "cases"} | _preview(case.person)
    return render(request, "web/privacy/erase.html", context)


def _preview(person: Person) -> dict[str, object]:
    """How much of each kind goes, and what stays."""
    held = [h for room in packing.told(person).values() for h in room]
    return {
        "goes": [(h.title, len(h.rows)) for h in held if h.title not in KEPT_TITLES],
        "facts": Fact.objects.filter(
            organisation=person.organisation_id, person_id=person.pk
        ).count(),
        "hashes": len(suppressing.addresses_of(person)),
    }


urlpatterns = [path("cases/<uuid:code>/erase", erase, name="case_erase")]
