from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "muster.content"
    label = "content"

    def ready(self) -> None:
        from muster.content import facts
        from muster.journal import decisions

        decisions.register(
            facts.MASTER_APPROVED,
            facts.APPROVAL_WITHDRAWN,
        )
