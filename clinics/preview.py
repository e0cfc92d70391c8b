"""A small drawn map for the admin: the districts around one point, without script or foreign server."""

import math
from itertools import chain

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clinics.geo import KM_PER_DEGREE
from clinics.regions import decoded, regions_near

WIDTH, HEIGHT = 320, 200  # px
RADIUS_KM = 2.0
TINTS = ("#eef1ec", "#e2ece6", "#f3ede2", "#e8e9df")


def preview_of(lat: float, lng: float) -> SafeString:
    """An SVG with the clinic in its middle."""
    scale = HEIGHT / 2 / RADIUS_KM * KM_PER_DEGREE  # px per degree of latitude
    squeeze = math.cos(math.radians(lat))

    def path(ring: str) -> str:
        steps = ((WIDTH / 2 + (x - lng) * scale * squeeze, HEIGHT / 2 - (y - lat) * scale) for y, x in decoded(ring))
        return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in steps) + "Z"

    regions = regions_near(lat, lng, RADIUS_KM)
    rings = chain.from_iterable(
        ((path(ring), TINTS[index % 4]) for ring in region.rings) for index, region in enumerate(regions)
    )
    outlines = format_html_join("", '<path d="{}" fill="{}" stroke="#a9ada3"/>', rings)
    names = format_html_join(", ", "{}", ((region.name,) for region in regions[:1]))
    return format_html(
        '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{names}"><rect width="{w}" '
        'height="{h}" fill="#dfe9ee"/>{outlines}<circle cx="{x}" cy="{y}" r="7" fill="#0c6a5c" stroke="#fff" '
        'stroke-width="3"/></svg> {names}',
        w=WIDTH, h=HEIGHT, x=WIDTH // 2, y=HEIGHT // 2, outlines=outlines, names=names,
    )  # fmt: skip
