from django.apps import AppConfig


class AudiencesConfig(AppConfig):
    name = "muster.audiences"
    label = "audiences"

    def ready(self) -> None:
        from muster.audiences import (  # noqa: F401 what may be asked, and taken out
            erasing,
            held,
            merging,
            of_journal,
            of_people,
            taking_out,
        )
