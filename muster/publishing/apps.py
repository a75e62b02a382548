from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "muster.publishing"
    label = "publishing"
