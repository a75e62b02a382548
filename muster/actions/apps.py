from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "muster.actions"
    label = "actions"

    def ready(self) -> None:
        from muster.actions import erasing  # noqa: F401 registers what to forget
