"""Registers the street with Django."""

from axes.apps import AppConfig as AxesConfig
from django.apps import AppConfig
from django.contrib.admin import apps
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.apps import DefaultConfig as TotpConfig


class DeskConfig(apps.AdminConfig):
    """The admin with our door in front."""

    default = False  # the settings name it
    default_site = "walness.desk.Desk"


class AttemptsConfig(AxesConfig):  # type: ignore[misc]
    """Wrong passwords, under a name that an editor can read."""

    verbose_name = _("Attempts to log in")


class SecondFactorConfig(TotpConfig):  # type: ignore[misc]
    """The apps that show six digits; the library's own names cannot be translated."""

    verbose_name = _("Second factor")

    def ready(self) -> None:
        names = self.get_model("TOTPDevice")._meta
        names.verbose_name, names.verbose_name_plural = _("TOTP device"), _("TOTP devices")


class WalnessConfig(AppConfig):
    """Remembers for a day who sent how much; its words in other languages are found through it."""

    default = True
    name = "walness"
