"""How often the first answer was what a clinic found: counted in public, and only where there is enough to count."""

from collections import defaultdict
from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diagnosis.models import Outcome

ENOUGH = 10  # outcomes of a task; with fewer the range says nothing and a single case could be guessed at
Z = 1.959964  # two-sided 95 %


@dataclass(frozen=True)
class Row:
    """One task's confirmed outcomes."""

    task: str
    n: int  # judged and confirmed
    right: int
    unjudged: int  # confirmed by a clinic, but the model did not answer

    @property
    def enough(self) -> bool:
        """Whether the share may be shown."""
        return self.n >= ENOUGH

    @property
    def share(self) -> float:
        """How many of the answers were right, in [0, 1]."""
        return self.right / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The range around that share."""
        return wilson(self.right, self.n)

    def as_json(self) -> dict[str, Any]:
        """The same for programs; what is hidden on the page is null here."""
        low, high = self.interval
        shown = {"share": self.share, "low": low, "high": high} if self.enough else {}
        return {"task": self.task, "confirmed": self.n, "unjudged": self.unjudged} | shown


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share, also where it is near 0 or 1 (Wilson 1927, doi 10.1080/01621459.1927.10502953)."""
    if n == 0:
        return 0.0, 1.0
    centre = (right + Z**2 / 2) / (n + Z**2)
    half = Z / (n + Z**2) * sqrt(right * (n - right) / n + Z**2 / 4)
    return max(0.0, centre - half), min(1.0, centre + half)


def rows() -> list[Row]:
    """One row for each task that a clinic has confirmed anything of."""
    found: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in Outcome.objects.all():
        found[outcome.task].append(outcome)
    return [_row(task, outcomes) for task, outcomes in sorted(found.items())]


@require_safe
def scorecard(request: HttpRequest) -> HttpResponse:
    """The confirmed outcomes of every task."""
    return render(request, "diagnosis/scorecard.html", {"rows": rows(), "enough": ENOUGH})


def _row(task: str, outcomes: list[Outcome]) -> Row:
    judged = [outcome for outcome in outcomes if outcome.answered_id is not None]
    right = sum(outcome.right for outcome in judged)
    return Row(task=task, n=len(judged), right=right, unjudged=len(outcomes) - len(judged))
