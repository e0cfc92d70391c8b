"""Work beside other work: it runs meanwhile, and its outcome or its error comes to who asks."""

from threading import Event

import pytest

from ml.beside import beside


def test_work_beside_goes_on_while_its_caller_does_something_else() -> None:
    caller_went_on = Event()
    outcome = beside(lambda: caller_went_on.wait(5))
    caller_went_on.set()
    assert outcome() is True


def test_an_error_beside_is_raised_where_the_outcome_is_asked_for() -> None:
    outcome = beside(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        outcome()
