"""Settings: how every e-mail of the organisation looks, with one as a sample."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from muster.content import cutting, keeping, starters
from muster.content.blocks import PICTURE, of_letter
from muster.content.models import Master, Theme
from muster.lib.times import now
from muster.web.headers import with_pictures
from muster.web.members import MemberRequest, member_may
from muster.web.message_show import preview_of


class LookForm(forms.Form):
    font = forms.ChoiceField(
        label="Letters",
        choices=Theme.Font.choices,
        help_text="Those on the reader's own machine: an e-mail fetches none.",
    )
    logo = forms.CharField(
        label="Logo",
        max_length=500,
        required=False,
        help_text="The address of a picture that begins with https://, shown 160 px wide."
        " Empty: a stripe of your colour.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )

    def clean_logo(self) -> str:
        logo = str(self.cleaned_data["logo"]).strip()
        if logo and not PICTURE.fullmatch(logo):
            raise forms.ValidationError("A logo's address begins with https:// and has no spaces.")
        return logo


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("change settings", everywhere=True)
def look(request: MemberRequest) -> HttpResponse:
    """Choose it, and see it on an e-mail."""
    theme = Theme.objects.filter(organisation=request.organisation).first()
    initial = {"font": theme.font, "logo": theme.logo} if theme else {}
    form = LookForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        keeping.keep_theme(
            request.organisation, said["font"], said["logo"], by=request.member, at=now()
        )
        messages.success(request, "Every e-mail not sent yet looks like this now.")
        return redirect("settings:look")
    context = {"form": form, "here": "email"} | sample(request)
    return with_pictures(render(request, "web/settings/look.html", context))


def sample(request: MemberRequest) -> dict[str, Any]:
    """The first words of an e-mail as they would look everywhere."""
    starter = starters.STARTERS[Master.Kind.EMAIL]
    words = "Dear {first_name|friend},\n\nThis is how your e-mails look. **Bold** words stand out."
    master = Master(
        organisation=request.organisation,
        subject=starter.name,
        blocks=[{"kind": "heading", "words": "Two hours"}, *of_letter(words, "I can help")],
    )
    return preview_of(cutting.previewed(master, None, now()))


urlpatterns = [path("email/look", look, name="look")]
