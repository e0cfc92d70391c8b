"""The shipped words reach the tables, and an editor's words stay."""

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from diagnosis import catalogue
from diagnosis.models import ConditionNote, Disease, Guide

pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped words that a test may spoil."""
    return Path(shutil.copytree(catalogue.CONTENT, tmp_path / "content"))


def spoil(content: Path, old: str, new: str) -> None:
    file = content / "diseases" / "dog_eye.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def cataract() -> Disease:
    return Disease.objects.get(species__code="dog", body_site__code="eye", code="cataract")


def test_the_shipped_words_load_without_a_problem_and_only_once() -> None:
    report = catalogue.load()
    assert (report.problems, report.written) == ([], 0)


def test_every_disease_has_six_notes_in_each_language() -> None:
    for disease in Disease.objects.prefetch_related("notes"):
        assert len(disease.notes.all()) == 12, disease
        assert all(note.lines for note in disease.notes.all())


def test_every_pair_has_a_guide_in_each_language() -> None:
    assert Guide.objects.count() == 6 * 3 * 2


def test_changed_words_are_loaded_again(content: Path) -> None:
    spoil(content, 'en = "Cataract', 'en = "Clouded lens')
    assert catalogue.load(content).written == 1
    assert cataract().name_en.startswith("Clouded lens")


def test_what_an_editor_changed_is_left_alone() -> None:
    note = ConditionNote.objects.get(disease=cataract(), topic="what", language="en")
    ConditionNote.objects.filter(pk=note.pk).update(text="Our own words.", edited=True)
    report = catalogue.load()
    note.refresh_from_db()
    assert (note.text, report.kept) == ("Our own words.", 1)


def test_a_bad_entry_is_named_and_the_others_are_loaded(content: Path) -> None:
    Disease.objects.all().delete()
    spoil(content, 'code = "cataract"', 'code = "no spaces, please"')
    report = catalogue.load(content)
    assert len(report.problems) == 1
    assert report.problems[0].startswith("dog_eye.toml: no spaces, please: ")
    assert Disease.objects.filter(species__code="dog", body_site__code="eye").count() == 4


def test_a_disease_is_loaded_with_all_its_notes_or_not_at_all(content: Path) -> None:
    Disease.objects.all().delete()
    spoil(content, "[disease.notes.en]", "[disease.notes.fr]")
    report = catalogue.load(content)
    assert len(report.problems) == 1 and report.problems[0].endswith("'en' is missing")
    assert Disease.objects.filter(species__code="dog", body_site__code="eye").count() == 4


def test_a_file_that_is_no_toml_is_named_and_the_others_are_loaded(content: Path) -> None:
    Disease.objects.all().delete()
    (content / "diseases" / "dog_eye.toml").write_text("this is = not [toml")
    report = catalogue.load(content)
    assert len(report.problems) == 1 and report.problems[0].startswith("dog_eye.toml: ")
    assert Disease.objects.filter(species__code="cat").exists()


def test_the_command_ends_in_a_sentence_and_fails_after_a_problem(content: Path) -> None:
    assert "0 problems" in call_command("load_catalogue", verbosity=0)
    spoil(content, 'code = "cataract"', 'code = "no spaces, please"')
    with pytest.raises(CommandError, match="1 problems"):
        call_command("load_catalogue", content, verbosity=0)
