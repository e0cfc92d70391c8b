"""What others wrote and we ship is named, licensed and unchanged."""

from tests.contracts.vendor import PACKAGES, STATIC, TABLE, table


def test_every_vendored_file_has_its_written_sum() -> None:
    assert TABLE.read_text(encoding="utf-8") == table()


def test_every_vendored_file_has_a_row() -> None:
    lying = {
        str(file.relative_to(STATIC))
        for part in ("vendor", "fonts")
        for file in (STATIC / part).rglob("*")
        if file.is_file()
    }
    named = {name for package in PACKAGES for name in package.files.values()}
    assert lying - named == {"vendor/VENDOR.md", "fonts/OFL-Pretendard.txt"}
