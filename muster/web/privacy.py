"""Privacy: what people ask of us, exports and the second person, the law we rely on."""

from muster.web import (
    privacy_audit,
    privacy_breaches,
    privacy_cases,
    privacy_condition,
    privacy_erasing,
    privacy_exports,
    privacy_retention,
)

app_name = "privacy"
urlpatterns = [
    *privacy_cases.urlpatterns,
    *privacy_breaches.urlpatterns,
    *privacy_erasing.urlpatterns,
    *privacy_exports.urlpatterns,
    *privacy_audit.urlpatterns,
    *privacy_retention.urlpatterns,
    *privacy_condition.urlpatterns,
]
