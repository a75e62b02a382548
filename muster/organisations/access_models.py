"""How members come in, what waits for a second administrator, what was told to whom, who is in."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q

from muster.organisations import naming


class SignInLink(models.Model):
    """A single-use way in for a demonstration's member; good on loopback only."""

    member = models.ForeignKey("organisations.Member", models.CASCADE)
    key_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class Invitation(models.Model):
    """Someone asked to become a member, with their first role; the link's key is kept as a hash."""

    organisation = models.ForeignKey(
        "organisations.Organisation", models.CASCADE, related_name="invitations"
    )
    name = models.CharField(max_length=200)
    email = models.EmailField()
    unit = models.ForeignKey("organisations.Unit", models.CASCADE)
    kind = models.CharField(max_length=20)
    dataset = models.CharField(max_length=20, blank=True, default="")
    role_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    invited_by = models.ForeignKey(
        "organisations.Member",
        models.PROTECT,
        null=True,
        related_name="invited",
        help_text="None: whoever runs Muster, who began the organisation",
    )
    invited_at = models.DateTimeField()
    key_hash = models.CharField(max_length=64, unique=True)
    good_until = models.DateTimeField(help_text="When the link runs out")
    taken_at = models.DateTimeField(null=True, blank=True)
    member = models.ForeignKey(
        "organisations.Member", models.PROTECT, null=True, related_name="came_by"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "organisations.Member", models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(taken_at=None, withdrawn_at=None),
                name="one_open_invitation",
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(withdrawn_at=None), name="taken_or_withdrawn"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="invitation_says_why"),
        ]

    def __str__(self) -> str:
        return naming.role_in_words(self.kind, self.unit.name, self.dataset)

    @property
    def inviter(self) -> str:
        return self.invited_by.name if self.invited_by else "Whoever runs this Muster"

    @property
    def latest_notices(self) -> "models.QuerySet[Notice]":
        """The last letter that went about it, if one did."""
        return Notice.objects.filter(invitation=self).order_by("-made_at")[:1]


class RoleAsked(models.Model):
    """A role that waits for another administrator than the one who asks for it (SEC-2)."""

    organisation = models.ForeignKey(
        "organisations.Organisation", models.CASCADE, related_name="roles_asked"
    )
    member = models.ForeignKey("organisations.Member", models.CASCADE, related_name="roles_asked")
    unit = models.ForeignKey("organisations.Unit", models.CASCADE)
    kind = models.CharField(max_length=20)
    dataset = models.CharField(max_length=20, blank=True, default="")
    expires_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey("organisations.Member", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        "organisations.Member", models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    is_allowed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "unit", "kind", "dataset"],
                condition=Q(answered_at=None),
                name="role_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(is_allowed__isnull=True)
                | Q(is_allowed=False)
                | ~Q(answered_by=F("asked_by")),
                name="another_allows",
            ),
        ]

    def __str__(self) -> str:
        return naming.role_in_words(self.kind, self.unit.name, self.dataset)


class Notice(models.Model):
    """A letter about someone's access: waiting, claimed by its job, then sent or not."""

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE)
    member = models.ForeignKey(
        "organisations.Member", models.CASCADE, null=True, related_name="notices"
    )
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, related_name="notices")
    subject = models.CharField(max_length=200)
    words = models.TextField()
    made_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=True) ^ Q(invitation__isnull=True),
                name="notice_to_one",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def gist(self) -> str:
        """What it tells, in one line, without the closing."""
        lines = self.words.partition("\n\nYour roles and who")[0].splitlines()
        return " ".join(line for line in lines if line)

    @property
    def is_uncertain(self) -> bool:
        """Handed over, perhaps: nobody answered."""
        return bool(self.claimed_at and not self.sent_at and not self.problem)


class Session(AbstractBaseSession):
    """One browser signed in, and whose it is, so that it can be ended from elsewhere."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions"
    )
    browser = models.CharField(max_length=200, blank=True, default="")
    address = models.GenericIPAddressField(null=True)
    began_at = models.DateTimeField(null=True)

    @classmethod
    def get_session_store_class(cls) -> type:
        from muster.organisations.session_store import SessionStore

        return SessionStore
