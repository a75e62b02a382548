"""Settings: inviting many at once, from a CSV file or rows pasted in."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muster.channels.letters import account_of
from muster.organisations import inviting_many
from muster.web.members import MemberRequest
from muster.web.settings_access_forms import ReasonField, usual_in_words
from muster.web.settings_reach import gives_access, units

MOST_BYTES = 1_000_000


class ManyForm(forms.Form):
    file = forms.FileField(required=False, label="CSV file", help_text="Saved as UTF-8.")
    rows = forms.CharField(
        required=False,
        strip=False,
        label="Or paste the rows",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="name, email, role, unit; if you like also dataset, until (2026-05-07), reason.",
    )
    reason = ReasonField(help_text="For rows without one of their own. They read it.")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if (file := given.get("file")) is not None:
            given["rows"] = self._text_of(file)
        if not given.get("rows", "").strip() and not self.errors:
            self.add_error("rows", "Choose a file or paste the rows.")
        return given

    def _text_of(self, file: "UploadedFile[Any]") -> str:
        if (file.size or 0) > MOST_BYTES:
            self.add_error("file", "That is more than a megabyte: take 500 rows at most.")
            return ""
        try:
            return bytes(file.read()).decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", "Save the file as UTF-8 text (CSV): it holds other signs.")
            return ""


@require_http_methods(["GET", "HEAD", "POST"])
@gives_access
def many(request: MemberRequest) -> HttpResponse:
    form = ManyForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"by_letter": account_of(request.organisation) is not None}
    if request.method == "POST" and context["by_letter"] and form.is_valid():
        given = form.cleaned_data
        try:
            outcome = inviting_many.invite_many(
                request.organisation,
                given["rows"],
                reason=given["reason"],
                by=request.member,
                at=timezone.now(),
            )
        except inviting_many.CannotRead as refusal:
            context["refusal"] = refusal
        else:
            again = {"rows": outcome.refused_as_text(), "reason": given["reason"]}
            form = ManyForm(initial=again)
            context["outcome"] = outcome
    context |= {
        "form": form,
        "usual": usual_in_words(),
        "units": units(request).order_by("name")[:12],
        "here": "members",
    }
    return render(request, "web/settings/invite_many.html", context)


urlpatterns = [path("members/invite-many", many, name="invite_many")]
