"""The shipped words reach the tables, and an editor's words stay."""

import shutil
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from diagnosis import catalogue, content_check
from diagnosis.checks import shipped_words_are_whole
from diagnosis.models import ConditionNote, Disease, Guide, HouseholdAlert

pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped words that a test may spoil."""
    return Path(shutil.copytree(content_check.CONTENT, tmp_path / "content"))


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


def test_a_bad_entry_does_not_stop_the_site_unless_asked_to(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "0 problems" in call_command("load_catalogue", verbosity=0)
    spoil(content, 'code = "cataract"', 'code = "no spaces, please"')
    assert "1 problems" in call_command("load_catalogue", content, verbosity=0)
    assert "dog_eye.toml: no spaces, please: " in capsys.readouterr().err
    with pytest.raises(CommandError, match="1 problems"):
        call_command("load_catalogue", content, "--strict", verbosity=0)


def test_the_shipped_words_are_whole() -> None:
    assert content_check.problems() == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('code = "cataract"', 'code = "no spaces"', "dog_eye.toml: disease.no spaces.code: "),
        ('urgency = "days"', 'urgency = "soon"', "urgency: Input should be 'watch', 'days' or 'today'."),
        ("[disease.notes.en]", "[disease.notes.fr]", "notes.en: Field required."),
        ("home_care = [", "homecare = [", "home_care: Field required."),
        ('en = "Cataract', 'english = "Cataract', "disease.cataract.name.en: Field required."),
        ('task = "dog_eye"', "task = [", "dog_eye.toml: "),
    ],
)
def test_a_wrong_entry_is_a_sentence_that_says_where(content: Path, old: str, new: str, sentence: str) -> None:
    spoil(content, old, new)
    found = content_check.problems(content)
    assert found and any(sentence in problem for problem in found), found


def test_a_check_tells_a_wrong_entry_without_stopping_anything(content: Path) -> None:
    spoil(content, 'urgency = "days"', 'urgency = "soon"')
    with mock.patch.object(content_check.problems, "__defaults__", (content,)):
        (message,) = shipped_words_are_whole()
    assert not message.is_serious()
    assert "urgency" in message.msg


def test_household_alerts_are_loaded_and_an_editor_s_stay(content: Path) -> None:
    assert HouseholdAlert.objects.count() == 12
    ringworm = HouseholdAlert.objects.get(disease__species__code="cat", disease__code="ringworm")
    assert ringworm.direction == "both" and ringworm.text_ko != ringworm.text_en
    HouseholdAlert.objects.filter(pk=ringworm.pk).update(text_en="Ours.", edited=True)
    assert catalogue.load().kept == 1
    ringworm.refresh_from_db()
    assert ringworm.text_en == "Ours."


def test_an_alert_for_an_unknown_disease_is_named(content: Path) -> None:
    file = content / "household.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"ringworm"', '"dragon_pox"', 1), encoding="utf-8")
    (problem,) = catalogue.load(content).problems
    assert problem.startswith("household.toml: dog_skin dragon_pox: ")
