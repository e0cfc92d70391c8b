"""The verbs that cross tables and files: nothing else writes or removes a case."""

from diagnosis.services.absence import forget_gone
from diagnosis.services.cases import submit_case
from diagnosis.services.feedback import mark_handled, say_helpful, say_more
from diagnosis.services.follow_up import (
    add_patient,
    change_patient,
    claim,
    close_account,
    forget_deserted_patients,
    forget_patient,
    keep_longer,
    put_on_timeline,
)
from diagnosis.services.removal import forget, forget_incomplete, purge, sweep, truncate_journal
from diagnosis.services.sharing import LinkSpent, confirm, confirm_by_link, revoke, share, withdraw
from diagnosis.services.training_set import export_name, export_training_set

__all__ = [
    "LinkSpent",
    "add_patient",
    "change_patient",
    "claim",
    "close_account",
    "confirm",
    "confirm_by_link",
    "export_name",
    "export_training_set",
    "forget",
    "forget_deserted_patients",
    "forget_gone",
    "forget_incomplete",
    "forget_patient",
    "keep_longer",
    "mark_handled",
    "purge",
    "put_on_timeline",
    "revoke",
    "say_helpful",
    "say_more",
    "share",
    "submit_case",
    "sweep",
    "truncate_journal",
    "withdraw",
]
