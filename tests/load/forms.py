"""The form with a photo, as programs send it."""

import secrets

FIELDS = {"species": "dog", "body_site": "eye"}


def multipart(fields: dict[str, str], photo: bytes) -> tuple[bytes, str]:
    """A form with one photo, and its content type."""
    mark = secrets.token_hex(16)
    head = "".join(f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items())
    head += f'--{mark}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    return head.encode() + photo + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
