"""Asks every provider at once, joins their answers, and puts the best in order."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from time import monotonic

from django.conf import settings

from clinics.providers.base import REQUESTS_IN_A_ROW, Place, Provider, ProviderFailed, Question, fits, order
from clinics.providers.merge import merged
from clinics.providers.saved import Saved

__all__ = ["Answer", "Place", "Question", "asks_others", "find"]


@dataclass(frozen=True)
class Answer:
    """The best places in order, whether there are more, and who could not be asked."""

    places: tuple[Place, ...]
    more: bool
    silent: tuple[str, ...]


def find(question: Question) -> Answer:
    """Clinics for one question; our own table answers even when every other provider fails."""
    wanted = replace(question, limit=question.limit + 1)  # one more tells whether there are more
    waiting = [(provider.name, _pool().submit(provider.near, wanted)) for provider in _outside()]
    answers = [Saved().near(wanted), *_collected(waiting)]
    known = merged(answer for answer in answers if isinstance(answer, list))
    places = sorted((place for place in known if fits(place, question)), key=lambda place: order(place, question))
    silent = tuple(answer for answer in answers if isinstance(answer, str))
    return Answer(tuple(places[: question.limit]), len(places) > question.limit, silent)


def asks_others() -> tuple[str, ...]:
    """Names of the providers that a search is passed on to; the page says so before it asks for a location."""
    return tuple(provider.name for provider in _outside())


def _collected(waiting: Sequence[tuple[str, Future[list[Place]]]]) -> Iterator[list[Place] | str]:
    """Each provider's answer, or its name when none came in time; the page waits for all of them together."""
    deadline = monotonic() + settings.CLINICS_TIMEOUT_S * REQUESTS_IN_A_ROW
    for name, future in waiting:
        try:
            yield future.result(timeout=max(0.0, deadline - monotonic()))
        except (ProviderFailed, TimeoutError):
            yield name


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    """Made on first use, after the server has forked."""
    return ThreadPoolExecutor(max_workers=8, thread_name_prefix="clinics")


def _outside() -> Sequence[Provider]:
    return _built(settings.GOOGLE_MAPS_API_KEY, settings.OVERPASS_URL, settings.CLINICS_TIMEOUT_S)


@lru_cache(maxsize=1)
def _built(google_key: str, overpass_url: str, timeout_s: float) -> Sequence[Provider]:
    providers: list[Provider] = []
    if google_key:  # imported here: their clients take 0.2 s of the start of a service that asks nobody else
        from clinics.providers.google import Google

        providers.append(Google(google_key, timeout_s=timeout_s))
    if overpass_url:
        from clinics.providers.overpass import Overpass

        providers.append(Overpass(overpass_url, timeout_s=timeout_s))
    return providers
