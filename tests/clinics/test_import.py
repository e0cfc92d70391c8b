"""The register becomes rows: all of them, once, and a bad one is named and left out."""

import csv
import gzip
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clinics.models import Alias, Clinic

ROW = {
    "id": "1", "kind": "vet", "name": "봄동물병원", "address_road": "충청남도 천안시 불당로 1", "address_jibun": "",
    "phone": "555-1234", "lat": "36.8", "lng": "127.1", "coord_check": "ok", "departments": "", "hospital_type": "",
    "status": "",
}  # fmt: skip


def written(folder: Path, *rows: dict[str, str]) -> Path:
    file = folder / "clinics.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, ROW)
        writer.writeheader()
        writer.writerows(ROW | row for row in rows)
    return file


def imported(*files: Path, **options: Any) -> tuple[str, str]:
    """(closing sentence, what was reported)."""
    out, err = StringIO(), StringIO()
    call_command("import_clinics", *map(str, files), stdout=out, stderr=err, **options)
    return out.getvalue().strip(), err.getvalue()


@pytest.mark.django_db
def test_a_row_becomes_a_clinic_that_can_be_called(tmp_path: Path) -> None:
    sentence, _ = imported(written(tmp_path, {}))
    clinic = Clinic.objects.get()
    assert sentence == "1 clinics imported, 0 rows skipped"
    assert (clinic.kind, clinic.phone, clinic.lat, clinic.lng) == ("vet", "041-555-1234", 36.8, 127.1)
    assert clinic.rating is None
    assert clinic.hours is None


@pytest.mark.django_db
def test_importing_twice_changes_nothing_but_what_is_new(tmp_path: Path) -> None:
    imported(written(tmp_path, {}))
    before = Clinic.objects.get().pk
    imported(written(tmp_path, {"name": "여름동물병원"}))
    assert Clinic.objects.values_list("pk", "name").get() == (before, "여름동물병원")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"lat": "", "lng": ""}, "no latitude"),
        ({"lat": "NaN"}, "latitude NaN is not in Korea"),
        ({"lng": "1e999"}, "longitude 1e999 is not in Korea"),
        ({"lat": "91"}, "latitude 91 is not in Korea"),
        ({"lat": "0", "lng": "0"}, "latitude 0 is not in Korea"),
        ({"lat": "127.1", "lng": "36.8"}, "latitude 127.1 is not in Korea"),
        ({"name": " "}, "no id or no name"),
        ({"kind": "zoo"}, "unknown kind 'zoo'"),
        ({"coord_check": "mismatch"}, "another municipality"),
    ],
)
def test_a_bad_row_is_reported_and_skipped_and_the_others_go_on(
    wrong: dict[str, str], reason: str, tmp_path: Path
) -> None:
    sentence, report = imported(written(tmp_path, {"id": "7", **wrong}, {"id": "8"}), verbosity=2)
    assert sentence == "1 clinics imported, 1 rows skipped"
    assert reason in report and ": 7" in report
    assert Clinic.objects.get().external_id == "8"


@pytest.mark.django_db
def test_a_row_that_breaks_off_is_skipped(tmp_path: Path) -> None:
    file = written(tmp_path, {"id": "8"})
    file.write_text(file.read_text(encoding="utf-8") + "9,vet,가을동물병원\n", encoding="utf-8")
    assert imported(file)[0] == "1 clinics imported, 1 rows skipped"


@pytest.mark.django_db
def test_a_file_that_is_none_is_named() -> None:
    with pytest.raises(CommandError, match="nowhere.csv cannot be read"):
        imported(Path("nowhere.csv"))


@pytest.mark.django_db
def test_a_file_in_the_registers_own_encoding_is_read(tmp_path: Path) -> None:
    file = written(tmp_path, {})
    file.write_bytes(file.read_text(encoding="utf-8").encode("cp949"))
    imported(file)
    assert Clinic.objects.get().name == "봄동물병원"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 a packed table", b"id;kind;name\n1;vet;x\n", b"id,kind\n1,vet\n"]
)
def test_a_file_that_is_no_such_table_is_refused_with_what_it_lacks(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "clinics.csv"
    file.write_bytes(content)
    with pytest.raises(CommandError, match="lacks the columns .*lng"):
        imported(file)


@pytest.mark.django_db
def test_an_import_of_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No clinic was imported: 1 rows skipped"):
        imported(written(tmp_path, {"name": ""}))


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["폐업", "휴업", "취소/말소/만료/정지/중지"])
def test_a_clinic_that_closes_in_the_register_is_closed_here_too(status: str, tmp_path: Path) -> None:
    for said, closed in (("영업/정상", False), (status, True)):
        imported(written(tmp_path, {"status": said}))
        assert Clinic.objects.get().closed is closed


@pytest.mark.django_db
def test_an_id_is_kept_without_spaces(tmp_path: Path) -> None:
    imported(written(tmp_path, {"id": " A7 "}))
    assert Clinic.objects.get().external_id == "A7"


@pytest.mark.django_db
def test_what_an_editor_changed_or_closed_is_left_as_it_is(tmp_path: Path) -> None:
    imported(written(tmp_path, {}))
    Clinic.objects.update(phone="041-555-0000", closed=True, edited=True)
    imported(written(tmp_path, {}))
    assert Clinic.objects.values_list("phone", "closed").get() == ("041-555-0000", True)


@pytest.mark.django_db
def test_a_packed_file_is_read_too(tmp_path: Path) -> None:
    packed = tmp_path / "clinics.csv.gz"
    packed.write_bytes(gzip.compress(written(tmp_path, {}).read_bytes()))
    assert imported(packed)[0].startswith("1 clinics")


@pytest.mark.django_db
def test_departments_are_whole_words_and_traditional_medicine_is_another_matter(tmp_path: Path) -> None:
    imported(
        written(
            tmp_path,
            {"id": "1", "kind": "hospital", "departments": "내과, 안과, 피부과"},
            {"id": "2", "kind": "hospital", "departments": "한방내과, 한방안·이비인후·피부과"},
            {"id": "3", "kind": "hospital", "name": "누리안과병원"},
        )
    )
    known = Clinic.objects.order_by("external_id").values_list("ophthalmology", "dermatology")
    assert list(known) == [(True, True), (False, False), (True, False)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind_of_house", "claims"),
    [("종합병원", True), ("병원", True), ("요양병원(일반요양병원)", False), ("한방병원", False), ("치과병원", False)],
)
def test_a_nursing_or_traditional_hospital_claims_no_department(
    kind_of_house: str, claims: bool, tmp_path: Path
) -> None:
    imported(written(tmp_path, {"kind": "hospital", "departments": "안과, 피부과", "hospital_type": kind_of_house}))
    assert Clinic.objects.values_list("ophthalmology", "dermatology").get() == (claims, claims)


@pytest.mark.django_db
def test_a_24_in_the_name_is_kept_as_the_clinics_own_claim(tmp_path: Path) -> None:
    imported(written(tmp_path, {"name": "24시 봄동물병원"}))
    clinic = Clinic.objects.get()
    assert clinic.hours == [[[0, 1440]]] * 7
    assert clinic.hours_from_name


@pytest.mark.django_db
def test_a_merged_id_does_not_come_back(tmp_path: Path) -> None:
    kept = Clinic.objects.create(provider="test", external_id="k", name="봄", kind="vet", lat=36.8, lng=127.1)
    Alias.objects.create(clinic=kept, provider="localdata", external_id="1")
    imported(written(tmp_path, {}))
    assert Clinic.objects.get() == kept


@pytest.mark.django_db
def test_a_bar_shows_how_far_the_import_is(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    imported(written(tmp_path, {}))
    assert "1/1" in capfd.readouterr().err
    imported(written(tmp_path, {}), verbosity=0)
    assert capfd.readouterr().err == ""
