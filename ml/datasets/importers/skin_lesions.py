"""The codes of human skin lesions, however a collection abbreviates them."""

from __future__ import annotations

from ml.datasets.importers import names

_CODES = {
    "nevus": "nv",
    "nev": "nv",
    "melanocytic_nevus": "nv",
    "melanoma": "mel",
    "ack": "akiec",
    "ak": "akiec",
    "actinic_keratosis": "akiec",
    "sek": "bkl",
    "seborrheic_keratosis": "bkl",
    "pigmented_benign_keratosis": "bkl",
    "solar_lentigo": "bkl",
    "lentigo_nos": "bkl",
    "lichenoid_keratosis": "bkl",
    "basal_cell_carcinoma": "bcc",
    "squamous_cell_carcinoma": "scc",
    "dermatofibroma": "df",
    "vascular_lesion": "vasc",
}


def lesion(text: str) -> str:
    """nv, mel, bkl, bcc, akiec, scc, df or vasc; any other name stays, folded to lower case."""
    name = names.label(text)
    return _CODES.get(name, name)
