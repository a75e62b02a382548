from django.apps import AppConfig


class LaunchesConfig(AppConfig):
    name = "muster.launches"
    label = "launches"

    def ready(self) -> None:
        from muster.journal import decisions
        from muster.launches import facts

        decisions.register(
            facts.LAUNCH_ARMED,
            facts.LAUNCH_DISARMED,
            facts.LAUNCH_WENT,
            facts.LAUNCH_STOPPED,
            facts.LAUNCH_WENT_ON,
            facts.SEAT_HELD,
            facts.SEAT_LET_GO,
            facts.SEAT_WITHDRAWN,
        )
