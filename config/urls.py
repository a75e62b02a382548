"""Every address of the staff app."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("muster.api.urls")),
    path("accounts/", include("muster.web.account_urls")),
    path("", include("muster.web.urls")),
]

handler404 = "muster.web.away.not_found"
handler500 = "muster.web.away.failed"
