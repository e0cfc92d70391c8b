"""The notebook runs from its first cell to its last, and is kept without what running leaves behind."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "walness.ipynb"


def read() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = [cell for cell in read().cells if cell.cell_type == "code"]
    assert cells and all(not cell.outputs and cell.execution_count is None for cell in cells)


@pytest.mark.slow
def test_the_notebook_trains_explains_and_opens_the_service() -> None:
    notebook = read()
    NotebookClient(
        notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": NOTEBOOK.parent}}
    ).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == 3  # the drawn eyes, the confusion matrix, the heat map
    said = "".join(output.get("text", "") for output in outputs)
    accuracy = re.search(r"balanced accuracy (\d\.\d\d) on 18 pictures", said)
    assert accuracy is not None and float(accuracy[1]) > 0.6  # a third would be guessing
    frames = [output for output in outputs if "<iframe" in output.get("data", {}).get("text/html", "")]
    assert len(frames) == 1 and 'src="http://127.0.0.1:' in frames[0]["data"]["text/html"]
