"""Feeds the photo reader whatever atheris can think of; anything but a photo or a refusal ends the run.

python -m tests.fuzz.photo_reader -max_total_time=600
"""

import sys

import atheris

with atheris.instrument_imports(include=["ml"]):
    from ml.decode import looks_cut_off
    from ml.errors import UnreadablePhoto
    from ml.photo import read_photo


def once(data: bytes) -> None:
    """One file."""
    looks_cut_off(data)
    try:
        assert read_photo(data).mode == "RGB"
    except UnreadablePhoto as error:
        assert error.code and str(error)


if __name__ == "__main__":
    atheris.Setup(sys.argv, once)
    atheris.Fuzz()
