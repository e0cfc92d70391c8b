"""A photo is found under the name that the table gives it, and no other photo in its stead."""

import unicodedata
import zipfile
from pathlib import Path

import pytest

from ml.training.store import Store


def zipped(path: Path, *members: str) -> Path:
    """A zip whose members hold their own names."""
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, member)
    return path


def laid_out(folder: Path, *members: str) -> Path:
    """The same as files."""
    for member in members:
        (folder / member).parent.mkdir(parents=True, exist_ok=True)
        (folder / member).write_text(member)
    return folder


@pytest.fixture(params=["zip", "folder", "folder of zips"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    members = ("data/catA/1.jpg", "data/catB/1.jpg", "data/catB/2.jpg", "3.jpg")
    if request.param == "folder":
        return laid_out(tmp_path / "photos", *members)
    archive = zipped(tmp_path / "photos.zip", *members)
    return archive if request.param == "zip" else archive.parent


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("data/catA/1.jpg", "data/catA/1.jpg"),
        ("catA/1.jpg", "data/catA/1.jpg"),
        ("./catB/1.jpg", "data/catB/1.jpg"),
        ("catB\\1.jpg", "data/catB/1.jpg"),
        ("2.jpg", "data/catB/2.jpg"),
        ("home/me/data/catA/1.jpg", "data/catA/1.jpg"),
        ("dogs/3.jpg", "3.jpg"),
    ],
)
def test_table_and_images_may_begin_at_different_folders(place: Path, name: str, member: str) -> None:
    with Store((place,)) as store:
        assert store.read(name).decode() == member


@pytest.mark.parametrize(
    ("name", "member"),
    [("data/cata/1.JPG", "data/catA/1.jpg"), ("catB/2", "data/catB/2.jpg"), ("3", "3.jpg"), ("3.JPG", "3.jpg")],
)
def test_capitals_and_a_suffix_left_out_make_no_other_photo(place: Path, name: str, member: str) -> None:
    with Store((place,)) as store:
        assert store.read(name).decode() == member


def test_the_very_name_goes_before_one_in_other_capitals(tmp_path: Path) -> None:
    with Store((zipped(tmp_path / "both.zip", "a/1.JPG", "a/1.jpg", "a/2.png", "a/2.jpg"),)) as store:
        assert store.read("1.jpg") == b"a/1.jpg"
        for doubtful in ("1.Jpg", "2", "1.png"):
            with pytest.raises(FileNotFoundError, match=doubtful):
                store.read(doubtful)


def test_letters_that_macos_takes_apart_are_the_same_letters(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "눈/é.jpg")
    with Store((zipped(tmp_path / "mac.zip", apart),)) as store:
        assert store.read("눈/é.jpg").decode() == apart


@pytest.mark.parametrize("name", ["catA/2.jpg", "dog_skin/1.jpg", "A/1.jpg", "4.jpg", "1.jpg"])
def test_a_photo_of_another_folder_never_stands_in_and_a_doubtful_one_is_none(place: Path, name: str) -> None:
    with Store((place,)) as store, pytest.raises(FileNotFoundError, match=name):
        store.read(name)


def test_two_names_never_share_a_photo(tmp_path: Path) -> None:
    with Store((zipped(tmp_path / "flat.zip", "1.jpg"),)) as store:
        assert store.read("catA/1.jpg") == store.read("./catA/1.jpg") == b"1.jpg"
        with pytest.raises(ValueError, match="1.jpg in the images given may be catA/1.jpg or catB/1.jpg"):
            store.read("catB/1.jpg")


def test_a_file_that_is_only_named_a_zip_hides_no_photo(tmp_path: Path) -> None:
    zipped(tmp_path / "1.zip", "1.jpg")
    (tmp_path / "._1.zip").write_bytes(b"what macOS knows of 1.zip")
    with Store((tmp_path,)) as store:
        assert store.read("1.jpg") == b"1.jpg"


def test_a_table_may_point_out_of_its_own_folder(tmp_path: Path) -> None:
    laid_out(tmp_path, "photos/1.jpg", "tables/set.csv")
    with Store((tmp_path / "tables",)) as store:
        assert store.read("../photos/1.jpg") == b"photos/1.jpg"
