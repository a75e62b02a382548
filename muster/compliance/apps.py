from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "muster.compliance"
    label = "compliance"

    def ready(self) -> None:
        from muster.compliance import reasons  # noqa: F401 why the law leaves people out
