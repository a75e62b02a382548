from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "muster.actions"
    label = "actions"

    def ready(self) -> None:
        from muster.actions import erasing, leads  # noqa: F401 what to forget, what moves along
