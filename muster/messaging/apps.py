from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "muster.messaging"
    label = "messaging"

    def ready(self) -> None:
        from muster.messaging import erasing  # noqa: F401  what to forget is registered
