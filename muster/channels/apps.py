from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "muster.channels"
    label = "channels"

    def ready(self) -> None:
        from muster.channels import case_letters
        from muster.channels.letters import ask_for
        from muster.organisations import notices
        from muster.privacy import letters

        notices.register(ask_for)
        letters.register(case_letters.ask_for)
