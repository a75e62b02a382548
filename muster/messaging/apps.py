from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "muster.messaging"
    label = "messaging"

    def ready(self) -> None:
        from muster.messaging import erasing, merging  # noqa: F401  what it holds is registered
