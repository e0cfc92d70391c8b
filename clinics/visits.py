"""Who may rate a clinic: the holder of a case, once, without the rating ever naming the case."""

from django.core import signing
from django.utils.crypto import salted_hmac

SALT = "clinics.visit"
MAX_AGE = 180 * 24 * 3600  # seconds a link to rate a visit stays good


def reference_for(case_token: str) -> str:
    """A link-safe reference: a keyed hash of the case, signed so that nobody can make one up."""
    digest = salted_hmac(SALT, case_token, algorithm="sha256").hexdigest()
    return signing.dumps(digest, salt=SALT)


def case_hash_of(reference: str) -> str | None:
    """The keyed hash inside a reference; None when it is forged or too old."""
    try:
        return str(signing.loads(reference, salt=SALT, max_age=MAX_AGE))
    except signing.BadSignature:
        return None
