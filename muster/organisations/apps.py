from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "muster.organisations"
    label = "organisations"

    def ready(self) -> None:
        from muster.organisations import sessions  # noqa: F401  (it listens to sign-ins)
