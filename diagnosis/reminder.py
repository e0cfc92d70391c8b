"""A calendar entry to look again; whoever else reads that calendar learns nothing from it."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

AT = timedelta(hours=9)  # on the day itself, in the calendar's own time zone


def calendar(*, days: int, url: str) -> bytes:
    """An iCalendar file (RFC 5545) with one entry, so many days from today."""
    entry = Event()
    entry.add("uid", str(uuid4()))
    entry.add("dtstamp", datetime.now(tz=timezone.get_default_timezone()))
    entry.add("dtstart", timezone.localdate() + timedelta(days=days))
    entry.add("summary", _("Walness: take another photo"))
    entry.add("description", _("Same place, same light, same distance as last time. If it gets worse, do not wait."))
    entry.add("url", url)
    entry.add("transp", "TRANSPARENT")  # it takes no time away
    entry.add_component(_alarm())
    book = Calendar()
    book.add("prodid", "-//Walness//Reminder//EN")
    book.add("version", "2.0")
    book.add_component(entry)
    return bytes(book.to_ical())


def _alarm() -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("Walness: take another photo"))
    alarm.add("trigger", AT)
    return alarm
