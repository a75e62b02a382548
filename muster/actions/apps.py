from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "muster.actions"
    label = "actions"
