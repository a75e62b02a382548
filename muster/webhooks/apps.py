from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "muster.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from muster.people import guarding

        guarding.also("webhooks.Delivery", "webhooks.Attempt")
