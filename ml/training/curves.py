"""Loss and figure of each epoch for TensorBoard, for those who want to watch; the CSV log is there in any case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ml.training.loop import Watch


@contextmanager
def curves(out: Path) -> Iterator[Watch]:
    """Writes what it is told of each epoch below ``out/tensorboard``.

    Raises:
        LookupError: TensorBoard is not installed.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise LookupError("TensorBoard is not installed: pip install tensorboard") from error
    with SummaryWriter(str(out / "tensorboard")) as writer:

        def watch(epoch: int, loss: float, figure: float) -> None:
            writer.add_scalar("loss", loss, epoch)
            writer.add_scalar("val", figure, epoch)
            writer.flush()

        yield watch
