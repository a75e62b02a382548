"""Logins: whoever signs in, by an address that an organisation invited."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class Accounts(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db, force_insert=True)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        """The oldest of that address. Signing in asks the others too (allauth's backend does)."""
        found = self.filter(email=email).order_by("pk").first()
        if found is None:
            raise User.DoesNotExist
        return found


class User(AbstractBaseUser, PermissionsMixin):
    """A login. What it may do comes from its memberships, never from here.

    An address belongs to a login only at the organisation that made it: nobody else can tell
    whether whoever came in there was its owner (docs/decisions/access.md).
    """

    email = models.EmailField()
    of = models.ForeignKey(
        "organisations.Organisation",
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="The organisation whose invitation made it",
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = Accounts()
    USERNAME_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email", "of"], name="one_login_an_organisation", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.email
