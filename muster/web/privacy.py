"""Privacy: what people ask of us, exports and the second person, the law we rely on."""

from muster.web import privacy_condition, privacy_exports

app_name = "privacy"
urlpatterns = [
    *privacy_exports.urlpatterns,
    *privacy_condition.urlpatterns,
]
