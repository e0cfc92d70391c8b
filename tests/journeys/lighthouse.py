"""Asks Lighthouse what it thinks of the main pages, and writes docs/lighthouse.md.

Usage: python tests/journeys/lighthouse.py; needs npm, which fetches Lighthouse 12, the last one for Node 20.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # it is run as a script, like its neighbour

from tests.journeys.screenshots import ROOT, SITE, site

PAGES = ("/ko/", "/en/", "/ko/clinics/", "/ko/diseases/dog/eye/cataract/", "/ko/models/")
CATEGORIES = ("accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu"
TOOL = os.environ.get("LIGHTHOUSE", "npx --yes lighthouse@12.8.2").split()
HEAD = """# Lighthouse

`make lighthouse` asks Lighthouse 12.8.2 on Debian's Chromium, as a phone, and writes this page. Scores are out of 100;
speed is not among them, because it says more about the machine than about the page: see the weight of a first visit.

| page | accessibility | best practices | SEO |
|---|---|---|---|
"""


def main() -> None:
    with site(), tempfile.TemporaryDirectory() as folder:
        rows = [(page, _scores(page, Path(folder) / "report.json")) for page in PAGES]
    lines = [f"| {page} | {' | '.join(map(str, scores))} |" for page, scores in rows]
    (ROOT / "docs" / "lighthouse.md").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _scores(page: str, report: Path) -> list[int]:
    asked = [f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}", "--quiet", "--output=json"]
    command = [*TOOL, f"{SITE}{page}", f"--output-path={report}", *asked]
    subprocess.run(command, check=True, env=os.environ | {"CHROME_PATH": "/usr/bin/chromium"})
    told = json.loads(report.read_text(encoding="utf-8"))
    for name, audit in told["audits"].items():
        if audit["score"] is not None and audit["score"] < 1 and audit["scoreDisplayMode"] == "binary":
            print(f"{page}: {name}: {audit['title']}", file=sys.stderr)
    return [round(100 * told["categories"][name]["score"]) for name in CATEGORIES]


if __name__ == "__main__":
    main()
