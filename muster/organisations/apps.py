from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "muster.organisations"
    label = "organisations"
