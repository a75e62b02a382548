from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "muster.privacy"
    label = "privacy"

    def ready(self) -> None:
        from muster.privacy import erasing, held, retained  # noqa: F401  registered
