"""A clinic in the words of the page: how far, how good, open or not, and the links that lead there."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.hours import closing_minute
from clinics.models import Department
from clinics.search import Place

DETOUR = 1.3  # streets are this much longer than the straight line
WALK_KM_PER_MIN = 0.08
DRIVE_KM_PER_MIN = 0.4  # 24 km/h, a town with lights
FAR_ON_FOOT_KM = 1.5


@dataclass(frozen=True)
class Row:
    """One numbered entry of the list."""

    number: int
    place: Place
    now: datetime

    @property
    def distance(self) -> str:
        return short_distance(self.place.distance_km)

    @property
    def way(self) -> str:
        km = self.place.distance_km * DETOUR
        if self.place.distance_km < FAR_ON_FOOT_KM:
            return _("about %(minutes)d min on foot") % {"minutes": max(1, round(km / WALK_KM_PER_MIN))}
        return _("about %(minutes)d min by car") % {"minutes": max(1, round(km / DRIVE_KM_PER_MIN))}

    @property
    def rating(self) -> str:
        return "" if self.place.rating is None else f"{self.place.rating:.1f}"

    @property
    def ratings(self) -> str:
        return ngettext("%(count)d rating", "%(count)d ratings", self.place.ratings) % {"count": self.place.ratings}

    @property
    def state(self) -> str:
        """open · shut · unknown, as the class of the row."""
        return {True: "open", False: "shut", None: "unknown"}[self.place.is_open(self.now)]

    @property
    def hours(self) -> str:
        if self.state == "shut":
            return _("Closed now")
        if self.place.hours_from_name:
            return _("24 hours, going by its name: call first")
        if self.place.all_hours:
            return _("Open 24 hours")
        holiday = self.place.holiday(self.now)
        if holiday and self.state == "unknown":
            return _("Public holiday (%(name)s): may be closed, call first") % {"name": holiday}
        closes = closing_minute(self.place.hours, self.now)
        if closes is not None:
            return _("Open · until %(time)s") % {"time": f"{closes // 60:02}:{closes % 60:02}"}
        return _("Open now") if self.state == "open" else _("Hours unknown: call first")

    @property
    def departments(self) -> list[str]:
        return [str(Department(code).label) for code in self.place.departments]

    @property
    def kakao(self) -> str:
        return f"https://map.kakao.com/link/to/{quote(self.place.name, safe='')},{self._point}"

    @property
    def naver(self) -> str:
        return f"https://map.naver.com/p/search/{quote(f'{self.place.address} {self.place.name}'.strip(), safe='')}"

    @property
    def google(self) -> str:
        return f"https://www.google.com/maps/dir/?api=1&destination={quote(self._point)}"

    @property
    def _point(self) -> str:
        return f"{self.place.lat:.6f},{self.place.lng:.6f}"


def short_distance(km: float) -> str:
    """Tens of metres below a kilometre: the visitor's own place is known no finer."""
    if km < 0.995:
        return f"{max(10, round(km * 100) * 10)} m"
    return f"{km:.0f} km" if km == round(km) else f"{km:.1f} km"


def as_rows(places: tuple[Place, ...], now: datetime) -> list[Row]:
    return [Row(number, place, now) for number, place in enumerate(places, start=1)]
