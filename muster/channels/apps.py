from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "muster.channels"
    label = "channels"
