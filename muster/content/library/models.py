"""The pictures of an organisation."""

from django.db import models

from muster.organisations.models import Member, Organisation


class Picture(models.Model):
    """A picture uploaded once, for any e-mail. Its file stays for good: what was sent shows it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="pictures")
    name = models.CharField(max_length=80, help_text="SHA-256 of its bytes, and .jpg or .png")
    alt = models.CharField(max_length=400, blank=True, default="", help_text="What it shows")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="Bytes")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="library_picture_once"),
        ]
