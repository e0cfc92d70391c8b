"""What the street remembers: for a day that a client sent something, and for good that a backup came back."""

from datetime import timedelta

from django.db import models
from django.utils import timezone


class UploadQuerySet(models.QuerySet["Upload"]):
    """Reads of many."""

    def of_today(self, client: str) -> "UploadQuerySet":
        """One client's; its name changes at midnight."""
        return self.filter(client=client, at__gt=timezone.now() - timedelta(days=1))

    def forgotten(self) -> "UploadQuerySet":
        """Those that no limit looks at any more."""
        return self.filter(at__lte=timezone.now() - timedelta(days=1))


class Upload(models.Model):
    """One request that brought photos."""

    client = models.CharField(max_length=40, editable=False)  # a keyed hash of the day
    at = models.DateTimeField(auto_now_add=True)
    size = models.PositiveIntegerField()  # bytes

    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["client", "at"], name="upload_client_at")]

    def __str__(self) -> str:
        return f"{self.pk}"  # nothing about the client


class Restoration(models.Model):
    """A backup that came back: what was written after it and before its return, this database never knew."""

    since = models.CharField(max_length=255)  # the backup's name, which is the moment it was written
    until = models.CharField(max_length=255)  # the moment it came back, in the same form

    def __str__(self) -> str:
        return f"{self.since} … {self.until}"
