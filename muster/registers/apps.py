from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "muster.registers"
    label = "registers"

    def ready(self) -> None:
        from muster.people import guarding
        from muster.registers import held  # noqa: F401  registered

        guarding.also("registers.RegisterEntry", "registers.RegisterRefusal")
