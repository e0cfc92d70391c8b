"""A form that is sent twice, by an impatient finger or a shaky network, makes one case."""

import hashlib
import secrets
from collections.abc import Iterable

from django.core.signing import BadSignature, Signer

_signer = Signer(salt="diagnosis.once")


def new_mark() -> str:
    """What an empty form carries: random, and signed so that only forms of ours have one."""
    return _signer.sign(secrets.token_urlsafe(16))


def digest(mark: str, parts: Iterable[bytes]) -> str | None:
    """One name for the same form with the same answers and photos; None without a mark of ours."""
    try:
        total = hashlib.sha256(_signer.unsign(mark).encode())
    except BadSignature:
        return None
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()


def of_visitor(name: str | None, owner: str) -> str | None:
    """The same as the name of one visitor's case; an empty owner is somebody who has no case yet."""
    return hashlib.sha256(f"{name} {owner}".encode()).hexdigest() if name else None
