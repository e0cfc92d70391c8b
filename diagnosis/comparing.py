"""Two dates of one patient: the photos laid over each other, and whether the outline has grown."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import Image

from diagnosis.models import Case, Photo
from diagnosis.pictures import as_data
from ml.inference import Comparison, NotComparable, side_by_side

# Two photos of one lesion differ in outlined area by up to this factor, 95 times of 100 (Bland and Altman's
# repeatability): 41 pairs of dermoscopic photos of one lesion each (HAM10000, training side), laid over each other as
# here, gave logarithms of the ratio with a standard deviation of 0.33. A smaller change says nothing.
REPEATABILITY = 1.9

REFUSALS = {
    "no_match": _("The two photos have too little in common to lay one over the other, so we show them as they are."),
    "too_far": _("The two photos were taken from too different a distance or place, so we show them as they are."),
    "light": _("The light of the two photos differs too much to bring together, so we show them as they are."),
    "pair": _("These two cases are of different body sites, so there is nothing to compare."),
}


def side_by_side_of(earlier: Case, later: Case) -> dict[str, Any]:
    """Both pictures as data addresses, and the change in size or why there is none."""
    first, second = earlier.photos.all()[0], later.photos.all()[0]
    context: dict[str, Any] = {"earlier": earlier, "later": later, "limit_percent": round((REPEATABILITY - 1) * 100)}
    if earlier.body_site_id != later.body_site_id:
        return context | {"pictures": _as_they_are(first, second), "refused": REFUSALS["pair"]}
    try:
        pair = side_by_side(_opened(first), _opened(second))
    except NotComparable as refusal:
        return context | {"pictures": _as_they_are(first, second), "refused": REFUSALS[refusal.code]}
    pictures = [as_data(pair.earlier), as_data(pair.later)]
    return context | {"pictures": pictures, "overlap": pair.overlap, "change": change_in_area(earlier, later, pair)}


def change_in_area(earlier: Case, later: Case, pair: Comparison) -> dict[str, Any] | None:
    """How much the outlined area has changed, at one scale; None without two outlines."""
    before, after = _share(earlier), _share(later)
    if not before or not after:
        return None
    first, second = earlier.photos.all()[0], later.photos.all()[0]
    now = pair.area_in_earlier(after, (second.width, second.height), (first.width, first.height))
    ratio = now / before
    beyond = not 1 / REPEATABILITY <= ratio <= REPEATABILITY
    return {"ratio": ratio, "percent": round(abs(ratio - 1) * 100), "beyond": beyond, "more": ratio > 1}


def _share(case: Case) -> float | None:
    """The part of the photo inside the outline."""
    outline = case.diagnosis.outline if case.diagnosis else None
    return float(outline["area_share"]) if outline else None


def _opened(photo: Photo) -> Image.Image:
    with photo.image.open() as file, Image.open(file) as picture:
        return picture.convert("RGB")


def _as_they_are(*photos: Photo) -> list[str]:
    return [photo.image_url for photo in photos]
