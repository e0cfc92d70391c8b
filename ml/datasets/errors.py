"""What can be the matter with a source; whoever started ``prepare`` reads the sentence."""

from ml.errors import MlError


class UnknownSource(MlError):
    """No importer knows what to make of the source, or there is no picture in it."""


class OtherPreparation(MlError):
    """The output folder holds a set that was prepared from something else or with other choices."""


class UnsafeArchive(MlError):
    """A zip, or one entry of it, would leave its folder or unpack to more than a source may hold."""
