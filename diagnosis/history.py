"""What stood in a text before anybody changed it."""

from typing import Any

SHIPPED = "as shipped"


def keep_shipped(row: Any) -> None:
    """Write a row's first version into its history, just before it is changed for the first time.

    Loading the catalogue writes none: hundreds of versions that nobody made would only slow it down.
    """
    if row.pk and not row.history.exists():
        shipped = type(row)._default_manager.get(pk=row.pk)
        row.history.bulk_history_create([shipped], default_change_reason=SHIPPED)


def is_shipped(row: Any) -> bool:
    """Whether a row came with the catalogue; one that was made at the desk has its making in the history."""
    return not row.history.filter(history_type="+").exclude(history_change_reason=SHIPPED).exists()
