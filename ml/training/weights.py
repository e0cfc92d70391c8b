"""The weights that a run has written."""

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn


def read_weights(file: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file by name, on the CPU, in the dtype that they were saved in.

    Raises:
        ValueError: the file is damaged.
    """
    try:
        return load_file(file)
    except SafetensorError as error:
        raise ValueError(f"{file} is damaged: it holds no whole set of weights") from error


def load_into(net: nn.Module, file: Path) -> None:
    """Give a network the weights of a safetensors file.

    Raises:
        ValueError: the file is damaged, or its weights are those of another network or of other labels.
    """
    try:
        net.load_state_dict(read_weights(file))
    except RuntimeError as error:
        raise ValueError(f"{file} holds no weights of this backbone and these labels") from error
