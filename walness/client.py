"""Who is asking, as far as a limit needs to know: a keyed hash that changes every day, never the address itself."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac


def pseudonym(request: HttpRequest) -> str:
    """The same 40 characters for one client all day, other ones tomorrow; without our key it leads nowhere."""
    return _digest(request).hex()[:40]


def masked_address(request: HttpRequest) -> str:
    """The same for django-axes, which keeps what looks like an address: one of the private range fd00::/8."""
    return str(IPv6Address(b"\xfd" + _digest(request)[:15]))


def nobody(*_who: object) -> str:
    """What django-axes writes into the log about a client: nothing."""
    return "somebody"


def _digest(request: HttpRequest) -> bytes:
    day = timezone.now().date().isoformat()
    return salted_hmac(f"walness.client {day}", _network(_address(request)), algorithm="sha256").digest()


def _address(request: HttpRequest) -> str:
    """What our own proxy saw: entries further left in X-Forwarded-For are the client's own words."""
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if settings.PROXIES and len(hops) >= settings.PROXIES:
        return hops[-settings.PROXIES].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _network(address: str) -> str:
    """An IPv6 subscriber has a whole /64 to choose addresses from."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"
    return str(IPv6Network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
