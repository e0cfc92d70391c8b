"""What can be the matter in the workshop; everything it raises on purpose is an MlError."""


class MlError(Exception):
    """The workshop cannot answer; whoever asked decides what its own reader is told."""


class UnreadablePhoto(MlError):
    """The bytes are no photo we accept; the person who sent them reads the message.

    ``code`` is one of unreadable, truncated, too_many_bytes, too_many_pixels, too_small, too_long,
    cannot_process.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)  # both, so that it survives the way back from another process
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message


class UnknownTask(MlError):
    """No released model covers what was asked; the caller offers something else or says so."""


class CorruptModel(MlError):
    """A release is missing a file, or a file is not what its card promised; the operator reads this."""
