"""Registers the street with Django."""

from django.apps import AppConfig
from django.contrib.admin import apps


class DeskConfig(apps.AdminConfig):
    """The admin with our door in front."""

    default = False  # the settings name it
    default_site = "walness.desk.Desk"


class WalnessConfig(AppConfig):
    """Remembers for a day who sent how much; its words in other languages are found through it."""

    default = True
    name = "walness"
