from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "muster.messaging"
    label = "messaging"
