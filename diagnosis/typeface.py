"""The site's own Korean typeface for the report: just the files that its words need, and nothing from anywhere else."""

import re
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from fontTools.ttLib import TTFont
from weasyprint.urls import URLFetcher, URLFetcherResponse

FOLDER = settings.BASE_DIR / "static" / "fonts"
_RULE = re.compile(r"@font-face\s*\{(.*?)\}", re.DOTALL)
_FILE = re.compile(r"url\(\./(.*?)\)")
_RANGE = re.compile(r"U\+([0-9a-fA-F]+)(?:-([0-9a-fA-F]+))?")

Part = tuple[Path, tuple[range, ...]]


def style_for(text: str) -> str:
    """CSS that names the parts of the typeface these characters are in.

    Each part gets a family of its own: the engine looks through a list of families for a character, and would take
    only the first of many files of one family. In every text it has the same name, so that it is loaded once.
    """
    codes = {ord(character) for character in text}
    files = {
        f"K{number}": file
        for number, (file, ranges) in enumerate(_parts())
        if any(code in one for one in ranges for code in codes)
    }
    rules = [
        f"@font-face {{ font-family: {family}; src: url(font:{file.name}); font-weight: 100 900; }}"
        for family, file in files.items()
    ]
    families = ", ".join([*files, "sans-serif"])
    return "\n".join([*rules, f"body {{ font-family: {families}; }}"])


class OwnFiles(URLFetcher):
    """Gives the report its typeface and the pictures written into it; every other address is refused."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The content of ``font:NAME`` or ``data:…``.

        Raises:
            ValueError: anything else; nothing is read from the network or from another folder.
        """
        if url.startswith("data:"):
            return super().fetch(url, headers)
        known = {file.name: file for file, _ranges in _parts()}
        if not url.startswith("font:") or url.removeprefix("font:") not in known:
            raise ValueError(f"a report takes nothing from {url[:40]}")
        content = _with_space(known[url.removeprefix("font:")])
        return URLFetcherResponse(url, content, {"Content-Type": "font/ttf"})


@lru_cache(maxsize=64)  # about 100 KB each
def _with_space(file: Path) -> bytes:
    """The file with its space to be found: every part has one, but only the Latin part lists it.

    The engine sets a space with the font of the word before it, and draws a box where that font lists none.
    """
    font, memory = TTFont(file), BytesIO()
    for table in font["cmap"].tables:
        table.cmap.setdefault(ord(" "), "space")
    font.flavor = None
    font.save(memory)
    return memory.getvalue()


@cache
def _parts() -> tuple[Part, ...]:
    """Each file of the typeface with the characters it holds, as the site's own style sheet tells it."""
    rules = _RULE.findall((FOLDER / "pretendard.css").read_text(encoding="utf-8"))
    return tuple((FOLDER / _FILE.findall(rule)[0], tuple(_ranges(rule))) for rule in rules)


def _ranges(rule: str) -> list[range]:
    return [range(int(low, 16), int(high or low, 16) + 1) for low, high in _RANGE.findall(rule)]
