"""Every address of the staff app."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("muster.web.urls")),
]
