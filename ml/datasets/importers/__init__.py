"""The kinds of sources that ``prepare`` knows, the most particular first."""

from __future__ import annotations

from ml.datasets.errors import UnknownSource
from ml.datasets.importers.aihub_eye import AiHubEye
from ml.datasets.importers.aihub_skin import AiHubSkin
from ml.datasets.importers.coco import Coco
from ml.datasets.importers.ham10000 import Ham10000
from ml.datasets.importers.isic import Isic
from ml.datasets.importers.label_folders import LabelFolders
from ml.datasets.importers.medmnist import MedMnist
from ml.datasets.importers.pad_ufes import PadUfes
from ml.datasets.importers.table import Table
from ml.datasets.records import Importer
from ml.datasets.source import Source

IMPORTERS: dict[str, Importer] = {
    importer.name: importer
    for importer in (
        MedMnist(),
        AiHubEye(),
        AiHubSkin(),
        Ham10000(),
        PadUfes(),
        Isic(),
        Coco(),
        Table(),
        LabelFolders(),
    )
}


def importer_for(source: Source, name: str = "") -> Importer:
    """The importer of that name, or the first that recognises the source.

    Raises:
        UnknownSource: none does.
    """
    for importer in IMPORTERS.values():
        if importer.name == name or (not name and importer.recognises(source)):
            return importer
    raise UnknownSource("no known layout of pictures and labels; docs/prepare.md lists what is known")
