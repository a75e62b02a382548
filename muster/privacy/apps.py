from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "muster.privacy"
    label = "privacy"

    def ready(self) -> None:
        from muster.people import guarding
        from muster.privacy import cases, erasing, held, letters, retained  # noqa: F401  registered

        cases.when_opened(letters.acknowledge)
        guarding.also("privacy.CaseStep")
