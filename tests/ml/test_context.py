"""Age, sex and place speak beside the photo, softly, and only where they are known."""

import numpy as np
import pandas as pd
import pytest

from ml.context import evidence, facts
from ml.training.context import LIMIT, fit_rows

LABELS = ("mole", "keratosis")


def _rows() -> pd.DataFrame:
    young = pd.DataFrame({"label": "mole", "age": 20.0, "sex": "female", "site": "back"}, index=range(90))
    old = pd.DataFrame({"label": "keratosis", "age": 80.0, "sex": "female", "site": "face"}, index=range(90))
    return pd.concat([young, old], ignore_index=True)


def test_what_is_missing_or_unheard_of_says_nothing() -> None:
    assert facts(None, "", "elbow") == facts(float("nan"), None, None) == []
    assert not evidence({"weight": 1.0, "rows": {}}, ["age:1"], 3).any()


def test_an_age_band_begins_at_its_first_year() -> None:
    bands = [facts(age)[0] for age in (0, 19, 20, 34, 35, 49, 50, 64, 65, 110)]
    assert bands == [f"age:{band}" for band in (0, 0, 1, 1, 2, 2, 3, 3, 4, 4)]  # as the released cards were counted


def test_a_count_starts_from_twenty_photos_that_say_nothing_and_stops_at_its_limit() -> None:
    rows = fit_rows(_rows(), LABELS)  # of 90 each, no mole and every keratosis is of the oldest
    assert rows["age:4"] == [-1.0, pytest.approx(np.log((90 + 20 / 2) / (90 + 20) / 0.5), abs=1e-4)]
    assert rows["sex:female"] == pytest.approx([0, 0], abs=0.01)


def test_a_fact_speaks_for_the_labels_it_goes_with_but_never_decides_alone() -> None:
    rows = fit_rows(_rows(), LABELS)
    said = evidence({"weight": 1.0, "rows": rows}, facts(82, None, "scalp"), 2)
    assert said[1] > 0 > said[0]
    assert np.abs(list(rows.values())).max() <= LIMIT


def test_the_source_of_the_photos_does_not_speak_through_their_facts() -> None:
    clinic = _rows().assign(modality="clinical")
    archive = pd.DataFrame({"label": "mole", "age": np.nan, "sex": None, "site": None}, index=range(500))
    both = pd.concat([clinic, archive.assign(modality="dermoscopic")], ignore_index=True)
    alone, mixed = fit_rows(clinic, LABELS), fit_rows(both, LABELS)
    assert mixed["sex:female"] == pytest.approx(alone["sex:female"], abs=0.01)
