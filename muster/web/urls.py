"""The staff app's pages. Each area ends with its own `urlpatterns`; here is one line for each."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("muster.web.today")),
    path("", include("muster.web.look")),
    path("", include("muster.web.signin")),
    path("", include("muster.web.invitation")),
    path("", include("muster.web.invitation_passkey")),
    path("", include("muster.web.you")),
    path("", include("muster.web.search")),
    path("inbox/", include("muster.web.inbox")),
    path("go/", include("muster.web.launches")),
    path("leads/", include("muster.web.leads")),
    path("content/", include("muster.web.content")),
    path("journeys/", include("muster.web.journeys")),
    path("messages/", include("muster.web.messages")),
    path("", include("muster.web.sources")),
    path("seats/", include("muster.web.seats")),
    path("targets/", include("muster.web.targets")),
    path("people/register/", include("muster.web.registers")),
    path("people/duplicates/", include("muster.web.duplicates")),
    path("people/", include("muster.web.people")),
    path("privacy/", include("muster.web.privacy")),
    path("audiences/", include("muster.web.audiences")),
    path("settings/imports/", include("muster.web.imports")),
    path("settings/", include("muster.web.settings_pages")),
]
