"""The same search for programs."""

from ninja import Router

router = Router()
