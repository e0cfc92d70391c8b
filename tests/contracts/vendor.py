"""Fetches the front-end files of others from npm, and writes down what lies where under which licence.

Usage: python tests/contracts/vendor.py
"""

import subprocess
import tarfile
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha384
from pathlib import Path

STATIC = Path(__file__).parents[2] / "static"
TABLE = STATIC / "vendor" / "VENDOR.md"
SUBSETS = 92  # the author's own parts of the typeface; a browser fetches those that a page needs
FONT_CSS = "dist/web/variable/pretendardvariable-dynamic-subset.css"
FONT = "woff2-dynamic-subset/PretendardVariable.subset.{}.woff2"
HEAD = """# Front-end files from others

`make vendor` fetches them and writes this page. SHA-384 sums are in base64, of the file as it lies here; lines that
name a source map are left out, because the map is not shipped. htmx comes with the Python package django-htmx.

| file | source | version | licence | SHA-384 |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Package:
    """An npm package, and where its files go: path in the package to path under static/."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


PACKAGES = [
    Package("cropperjs", "2.2.0", "MIT", {
        "dist/cropper.esm.min.js": "vendor/cropperjs-2.2.0/cropper.esm.min.js",
        "LICENSE": "vendor/cropperjs-2.2.0/LICENSE",
    }),
    Package("leaflet", "1.9.4", "BSD-2-Clause", {
        name: f"vendor/leaflet-1.9.4/{name.removeprefix('dist/')}"
        for name in (
            "LICENSE", "dist/leaflet.js", "dist/leaflet.css", "dist/images/layers.png", "dist/images/layers-2x.png",
            "dist/images/marker-icon.png", "dist/images/marker-icon-2x.png", "dist/images/marker-shadow.png",
        )
    }),
    Package("pretendard", "1.3.9", "OFL-1.1 (fonts/OFL-Pretendard.txt)", {
        FONT_CSS: "fonts/pretendard.css",
        **{f"dist/web/variable/{FONT.format(n)}": f"fonts/{FONT.format(n)}" for n in range(SUBSETS)},
    }),
]  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            _unpack(package, _packed(package, Path(folder)))
    TABLE.write_text(table(), encoding="utf-8")


def table() -> str:
    """What VENDOR.md has to say about the files as they lie here."""
    return HEAD + "".join(f"{row}\n" for package in PACKAGES for row in _rows(package))


def _packed(package: Package, folder: Path) -> Path:
    wanted = f"{package.name}@{package.version}"
    subprocess.run(["npm", "pack", wanted, "--pack-destination", folder], check=True, capture_output=True)
    return folder / f"{package.name}-{package.version}.tgz"


def _unpack(package: Package, archive: Path) -> None:
    with tarfile.open(archive) as tar:
        for inside, outside in package.files.items():
            member = tar.extractfile(f"package/{inside}")
            assert member, inside
            (STATIC / outside).parent.mkdir(parents=True, exist_ok=True)
            (STATIC / outside).write_bytes(_without_map(member.read(), outside))


def _without_map(content: bytes, name: str) -> bytes:
    """The content without its pointer to a source map, which the manifest storage could not resolve."""
    if not name.endswith(".js"):
        return content
    return b"".join(line for line in content.splitlines(keepends=True) if b"sourceMappingURL=" not in line)


def _rows(package: Package) -> Iterator[str]:
    for name in package.files.values():
        total = b64encode(sha384((STATIC / name).read_bytes()).digest()).decode()
        yield f"| {name} | npm `{package.name}` | {package.version} | {package.licence} | {total} |"


if __name__ == "__main__":
    main()
