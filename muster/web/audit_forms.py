"""What narrows the audit: kind, member, whom it is about, day."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from muster.organisations.models import AuditEntry, Member, Organisation
from muster.people.models import Person


class AuditFilter(forms.Form):
    kind = forms.ChoiceField(required=False, label="What")
    member = forms.ModelChoiceField(
        Member.objects.none(),
        required=False,
        label="By",
        empty_label="Anybody",
        to_field_name="code",
    )
    day = forms.DateField(
        required=False,
        label="On",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    before = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, organisation: Organisation, **more: Any) -> None:
        super().__init__(*args, **more)
        self.organisation = organisation
        kinds = AuditEntry.objects.filter(organisation=organisation).values_list("kind", flat=True)
        found = [(k, k.capitalize()) for k in sorted(set(kinds.distinct().order_by("kind")))]
        self.fields["kind"].choices = [("", "Everything"), *found]  # type: ignore[attr-defined]
        self.fields["member"].queryset = organisation.members.order_by("name")  # type: ignore[attr-defined]

    def narrowed(self, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """What the filter lets through; a box filled in wrongly lets nothing be missed."""
        self.is_valid()
        given = self.cleaned_data
        if given.get("kind"):
            entries = entries.filter(kind=given["kind"])
        if given.get("member"):
            entries = entries.filter(member=given["member"])
        if given.get("day"):
            begins = timezone.make_aware(datetime.combine(given["day"], time.min))
            entries = entries.filter(at__gte=begins, at__lt=begins + timedelta(days=1))
        if given.get("person"):
            entries = entries.filter(about_kind="person", about_id=self._person(given["person"]))
        return entries

    def page(self, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """The newest first, from where the page before left off."""
        before = self.cleaned_data.get("before")
        entries = entries.filter(number__lt=before) if before else entries
        return entries.order_by("-number").select_related("member")

    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(n) for n in ("kind", "member", "day", "person"))

    def _person(self, code: UUID) -> int:
        found = Person.objects.filter(organisation=self.organisation, code=code).first()
        return found.pk if found else 0
