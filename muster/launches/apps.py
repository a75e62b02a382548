from django.apps import AppConfig


class LaunchesConfig(AppConfig):
    name = "muster.launches"
    label = "launches"
