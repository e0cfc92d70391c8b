"""Draws the files that nobody should send: bombs, half photos, disguises and metadata that tells tales."""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageDraw

CANARY = "canary-5e1f"
KINDS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Hostile:
    """A file, and the code it is refused with; "" where it is a photo all the same."""

    name: str
    data: bytes
    code: str = ""


def drawn(width: int = 320, height: int = 240) -> Image.Image:
    """A picture whose four quarters can be told apart: red, green, blue and grey, row by row."""
    picture = Image.new("RGB", (width, height), (128, 128, 128))
    pencil = ImageDraw.Draw(picture)
    pencil.rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill=(200, 30, 30))
    pencil.rectangle((width // 2, 0, width, height // 2 - 1), fill=(30, 200, 30))
    pencil.rectangle((0, height // 2, width // 2 - 1, height), fill=(30, 30, 200))
    return picture


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *, depth: int = 8, colours: int = 0, pixels: bytes = b"", extra: bytes = b"") -> bytes:
    """A PNG whose header may promise anything."""
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def resized_jpeg(width: int, height: int) -> bytes:
    """A JPEG whose header promises another size than its pixels have."""
    return encoded(drawn()).replace(struct.pack(">HH", 240, 320), struct.pack(">HH", height, width), 1)


def bombs() -> list[Hostile]:
    webp = encoded(Image.new("RGB", (64, 64)), "WEBP", lossless=True)[:21]
    text = chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(80_000_000), 9))
    return [
        Hostile("a 900-megapixel PNG", png(30_000, 30_000, pixels=bytes(30_000)), "too_many_pixels"),
        Hostile("a 169-megapixel PNG", png(13_000, 13_000, pixels=bytes(13_000)), "too_many_pixels"),
        Hostile("a PNG header of 2^31 squared", png(0x7FFFFFFF, 0x7FFFFFFF, colours=6), "too_many_pixels"),
        Hostile("a 100-megapixel JPEG", encoded(Image.new("L", (10_000, 10_000)), quality=5), "too_many_pixels"),
        Hostile("a JPEG header of 4 gigapixels", resized_jpeg(65_500, 65_500), "too_many_pixels"),
        Hostile("a WebP header of 268 megapixels", webp + struct.pack("<I", 16_382 | 16_382 << 14) + bytes(40), "*"),
        Hostile("80 MB of text in a PNG", png(64, 64, pixels=bytes(65 * 64), extra=text), "*"),
        Hostile("20 MB of zeros", bytes(20 * 2**20), "too_many_bytes"),
    ]


def disguises() -> list[Hostile]:
    page = b"<!doctype html><script>alert(1)</script>"
    vector = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    postscript = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 300 300\n%%EndComments\nshowpage\n"
    pickled = b"\x80\x04\x95\x1e\0\0\0\0\0\0\0\x8c\x08builtins\x94\x8c\x05print\x94\x93\x94."
    video = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(200)
    files = {
        "empty": b"",
        "one byte": b"\xff",
        "text": b"hello " * 100,
        "HTML": page,
        "SVG": vector,
        "PDF": b"%PDF-1.4",
    }
    files |= {"EPS": postscript, "a pickle": pickled, "a program": b"\x7fELF" + bytes(300)}
    pictures = {kind: encoded(drawn(), kind) for kind in ("GIF", "BMP", "TIFF", "ICO", "PPM")}
    refused = [Hostile(name, data, "unreadable") for name, data in {**files, **pictures}.items()]
    return [
        *refused,
        Hostile("MP4", video, "*"),
        Hostile("0 px", png(0, 0), "*"),
        Hostile("0 high", resized_jpeg(320, 0), "*"),
    ]


def sizes() -> list[Hostile]:
    wanted = {
        (1, 1): "too_small",
        (63, 400): "too_small",
        (1, 11_000): "too_small",
        (64, 64): "",
        (100, 800): "",
        (100, 801): "too_long",
        (12_000, 4_000): "",
        (12_001, 2_000): "too_many_pixels",
        (8_160, 6_120): "",
        (8_700, 6_000): "too_many_pixels",
    }
    jpeg = {size: encoded(Image.new("L", size, 120), quality=20) for size in wanted}
    return [Hostile(f"{w} x {h}", jpeg[w, h], code) for (w, h), code in wanted.items()]


def cut_off() -> list[Hostile]:
    """Every accepted format, cut where a slow connection might cut it."""
    whole = {kind: encoded(drawn(), kind) for kind in KINDS}
    whole["progressive JPEG"] = encoded(drawn(), "JPEG", progressive=True)
    cuts = [(kind, data, share) for kind, data in whole.items() for share in (0.1, 0.5, 0.9, 0.99)]
    return [
        Hostile(f"{share:.0%} of a {kind}", data[: min(int(len(data) * share), len(data) - 16)], "truncated")
        for kind, data, share in cuts
    ]


def segment(number: int, body: bytes) -> bytes:
    """An application segment of a JPEG."""
    return b"\xff" + bytes([0xE0 + number]) + struct.pack(">H", len(body) + 2) + body


def odd_but_good() -> list[Hostile]:
    """Photos that look suspicious and are to be accepted."""
    jpeg, small = encoded(drawn()), encoded(drawn(), "PNG")
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = {
        "far offset": b"II*\0\xff\xff\xff\x7f",
        "nothing": b"II*",
        "a loop": b"II*\0\x08\0\0\0\1\0i\x87\4\0\1\0\0\0\x08\0\0\0\x08\0\0\0",
        "words for a number": b"MM\0*\0\0\0\x08\0\1\1\x12\0\2\0\0\0\4abc\0\0\0\0\0",
    }
    junk = [Hostile(f"EXIF with {k}", jpeg[:2] + segment(1, b"Exif\0\0" + v) + jpeg[2:]) for k, v in exif.items()]
    return [
        *junk,
        Hostile("two JPEGs in a row", jpeg + jpeg),
        Hostile("a JPEG with an archive behind it", jpeg + b"PK\3\4" + CANARY.encode()),
        Hostile("a PNG with a page behind it", small + b"<script>"),
        Hostile("a JPEG with a page inside", jpeg[:2] + segment(13, CANARY.encode()) + jpeg[2:]),
        Hostile("a phone's MPO", encoded(drawn(), "MPO", save_all=True, append_images=[drawn()])),
        Hostile("a junk colour profile", encoded(drawn(), icc_profile=b"\1" * 3000)),
        Hostile("a grey picture with a colour profile", encoded(drawn().convert("L"), icc_profile=srgb)),
        Hostile("a printer's picture with a screen profile", encoded(drawn().convert("CMYK"), icc_profile=srgb)),
    ]
