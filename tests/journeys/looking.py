"""What a careful visitor notices on a page: barriers, things too small to hit, things that stick out."""

from collections.abc import Mapping

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

EVERYTHING = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# What width and colours can change; all else is the same in each of them. Contrast is the dear one.
BY_WIDTH = {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]}
BY_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
TARGET = 44  # CSS pixels
# What the policy refuses, said where a test can hear it: before any script of the page.
LISTEN = "addEventListener('securitypolicyviolation', event => console.error('policy: ' + event.blockedURI))"

AXE = """(run) => axe.run({exclude: ['svg[hidden]']}, {runOnly: run, resultTypes: ['violations'], preload: false})
    .then(found => found.violations.flatMap(one => one.nodes.map(
        node => `${one.id}: ${node.target} ${node.failureSummary}`)))"""

# A control hidden behind its label is as large as the label; what cannot be seen cannot be missed.
SMALL = """(least) => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.matches('.visually-hidden, .skip'))
    .flatMap(one => {
        const boxes = [one, ...(one.labels ?? [])].map(part => part.getBoundingClientRect());
        const [wide, high] = ['width', 'height'].map(side => Math.max(...boxes.map(box => box[side])));
        const fine = !wide || !high || Math.min(wide, high) > least - .5;
        return fine ? [] : [`${wide.toFixed()}x${high.toFixed()} ${one.outerHTML.slice(0, 120)}`];
    })"""

STICKING_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def barriers(page: Page, run: Mapping[str, object]) -> list[str]:
    """What axe-core has against the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(AXE, run))


def small_controls(page: Page) -> list[str]:
    """Controls that a finger may miss."""
    return list(page.evaluate(SMALL, TARGET))


def overhang(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate(STICKING_OUT))
