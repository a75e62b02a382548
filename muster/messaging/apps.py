from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "muster.messaging"
    label = "messaging"

    def ready(self) -> None:
        from muster.journal import decisions
        from muster.messaging import criteria, erasing, facts, held, merging  # noqa: F401
        from muster.messaging.inbox import keeping  # noqa: F401
        from muster.people import guarding

        decisions.register(
            facts.SENDING_PLANNED,
            facts.PLAN_CALLED_OFF,
            facts.SENDING_PRESSED,
            facts.SENDING_STOPPED,
            facts.SENDING_WENT_ON,
            facts.REST_LET_GO,
            facts.SENDING_GIVEN_UP,
            facts.OPENS_COUNTED,
            facts.OPENS_NOT_COUNTED,
        )
        guarding.also(
            "messaging.Mailbox", "messaging.Arrival", "messaging.News", "messaging.Passage"
        )
        guarding.through("messaging.ConversationLine", "conversation")
