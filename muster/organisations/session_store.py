"""Sessions in the database that know whose they are, so that they can be ended from elsewhere."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as InDatabase

from muster.organisations.models import Session


class SessionStore(InDatabase):
    """Django's own, with the login, the browser and the address beside each row."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        signed_in = data.get("signed_in", {})
        row.user_id = data.get("_auth_user_id")
        row.browser = signed_in.get("browser", "")
        row.address = signed_in.get("address") or None
        row.began_at = signed_in.get("at") or None
        return row
