from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "muster.journal"
    label = "journal"

    def ready(self) -> None:
        from muster.journal.journal import record
        from muster.organisations import telling

        telling.register(record)
