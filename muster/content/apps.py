from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "muster.content"
    label = "content"
