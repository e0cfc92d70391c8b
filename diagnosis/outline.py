"""The lesion's outline on the result page: a line over the photo, and four signs in plain words."""

from typing import Any

from django.utils.translation import gettext as _

from diagnosis.models import Diagnosis

# Thirds of the outlines that experts drew on 1,260 dermoscopic photos (ISIC 2017): what most lesions look like.
EVEN, LOPSIDED = 0.055, 0.082  # asymmetry
SMOOTH, RAGGED = 0.054, 0.120  # border irregularity
FEW, MANY = 2, 3  # colours: most lesions show two


def outline_of(diagnosis: Diagnosis | None) -> dict[str, Any] | None:
    """What the page draws and says of the outline.

    None when nobody looked for one; ``{"found": False}`` when there was none to be trusted.
    """
    kept = diagnosis.outline if diagnosis else None
    if kept is None:
        return None
    if not kept:
        return {"found": False}
    points = " ".join(f"{x * 1000:.0f},{y * 1000:.0f}" for x, y in kept["contour"])
    return {"found": True, "points": points, "signs": _signs(kept)}


def _signs(kept: dict[str, Any]) -> list[dict[str, str]]:
    """Letter, name, what it means, and what was seen, in the order of the letters."""
    return [
        _sign("A", _("Asymmetry"), _("Folded down its middle, do the two halves match?"), _asymmetry(kept)),
        _sign("B", _("Border"), _("Is the edge smooth, or does it have notches?"), _border(kept)),
        _sign("C", _("Colours"), _("How many of six colours that skin doctors count are in it?"), _colours(kept)),
        _sign("D", _("Size"), _("How much of the photo does it cover?"), _size(kept)),
    ]


def _sign(letter: str, name: str, question: str, seen: str) -> dict[str, str]:
    return {"letter": letter, "name": name, "question": question, "seen": seen}


def _asymmetry(kept: dict[str, Any]) -> str:
    if kept["asymmetry"] <= EVEN:
        return _("The halves match well.")
    if kept["asymmetry"] <= LOPSIDED:
        return _("The halves differ a little, as in most spots.")
    return _("The halves differ more than in most spots.")


def _border(kept: dict[str, Any]) -> str:
    if kept["border_irregularity"] <= SMOOTH:
        return _("The edge looks smooth. Notches finer than the drawn line are not seen.")
    if kept["border_irregularity"] <= RAGGED:
        return _("The edge is a little uneven, as in most spots.")
    return _("The edge is more uneven than in most spots.")


def _colours(kept: dict[str, Any]) -> str:
    count = kept["colours"]
    if count > MANY:
        return _("%(count)d colours, more than in most spots.") % {"count": count}
    if count >= FEW:
        return _("%(count)d colours, as in most spots.") % {"count": count}
    return _("One colour, or too little light to tell more.")


def _size(kept: dict[str, Any]) -> str:
    share = max(1, round(kept["area_share"] * 100))
    return _(
        "About %(share)d%% of the photo. A photo does not tell millimetres: "
        "lay a coin or a ruler beside the spot and watch whether it grows."
    ) % {"share": share}
