from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "muster.privacy"
    label = "privacy"

    def ready(self) -> None:
        from muster.privacy import erasing  # noqa: F401  what to forget is registered
