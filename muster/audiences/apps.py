from django.apps import AppConfig


class AudiencesConfig(AppConfig):
    name = "muster.audiences"
    label = "audiences"

    def ready(self) -> None:
        from muster.audiences import erasing, of_journal, of_people  # noqa: F401 what may be asked
