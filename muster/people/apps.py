from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "muster.people"
    label = "people"

    def ready(self) -> None:
        from muster.journal import decisions
        from muster.people import facts, held  # noqa: F401  what is held is registered

        decisions.register(facts.STOP_LIFTED, facts.IMPORT_BEGUN, facts.IMPORT_STOPPED)
