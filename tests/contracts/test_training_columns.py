"""Confirmed cases leave in the very format that prepare writes, so that one reader serves both."""

from diagnosis.services import training_set
from ml.datasets.columns import COLUMNS


def test_the_export_of_confirmed_cases_has_the_columns_of_a_prepared_set() -> None:
    assert training_set.COLUMNS == COLUMNS
