from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "muster.webhooks"
    label = "webhooks"
