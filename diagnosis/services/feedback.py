"""What the owner says afterwards, and whether the photos may teach."""

from django.db import transaction

from diagnosis.models import Case, Feedback


@transaction.atomic
def say_helpful(case: Case, *, helpful: bool) -> Feedback:
    """The first tap: whether the answer helped.

    Raises:
        Case.DoesNotExist: it was deleted meanwhile.
    """
    case.refresh_from_db(fields=["token"])
    return Feedback.objects.update_or_create(case=case, defaults={"helpful": helpful, "handled": False})[0]


@transaction.atomic
def say_more(feedback: Feedback, *, comment: str, may_train: bool) -> Feedback:
    """The second: a sentence, and the consent that is asked for by itself and can be taken back here.

    Raises:
        Feedback.DoesNotExist: it was deleted with its case meanwhile.
    """
    feedback.refresh_from_db(fields=["helpful"])
    feedback.comment, feedback.may_train, feedback.handled = comment, may_train, False
    feedback.save(update_fields=["comment", "may_train", "handled"])
    return feedback


def mark_handled(pks: list[int], *, handled: bool = True) -> int:
    """Take entries out of the desk's queue, or put them back."""
    return Feedback.objects.filter(pk__in=pks).update(handled=handled)
