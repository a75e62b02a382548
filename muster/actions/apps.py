from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "muster.actions"
    label = "actions"

    def ready(self) -> None:
        from muster.actions import criteria, erasing, leads  # noqa: F401
