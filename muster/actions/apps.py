from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "muster.actions"
    label = "actions"

    def ready(self) -> None:
        from django.db.models import Q

        from muster.actions import criteria, erasing, held, leads  # noqa: F401
        from muster.privacy import retaining

        retaining.keep(Q(leads__isnull=False, leads__contacted_at=None))
