from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "muster.channels"
    label = "channels"

    def ready(self) -> None:
        from muster.channels.letters import ask_for
        from muster.organisations import notices

        notices.register(ask_for)
