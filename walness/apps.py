"""Registers the street with Django."""

from django.apps import AppConfig


class WalnessConfig(AppConfig):
    """Holds no rows; its words in other languages are found through it."""

    name = "walness"
