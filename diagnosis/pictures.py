"""Photos and heat maps on their way out: data, never a page."""

from base64 import b64encode
from io import BytesIO

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from PIL import Image

from diagnosis.models import Case, Photo

# A browser that is talked into opening a photo as a page can do nothing with it.
PICTURE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def photo_of(case: Case, number: int) -> Photo:
    """The case's photo of this number."""
    photo = case.photos.filter(number=number).first()
    if photo is None:
        raise Http404(_("There is no such case, or it is not yours, or its time is over."))
    return photo


def heatmap_of(case: Case, number: int) -> FieldFile:
    """The heat map over that photo."""
    return photo_of(case, number).heatmap


def served(file: FieldFile, content_type: str) -> HttpResponse:
    """The file's bytes, if they are still there."""
    if not file or not file.storage.exists(str(file.name)):
        raise Http404(_("There is no such case, or it is not yours, or its time is over."))
    with file.open() as opened:
        return HttpResponse(opened.read(), content_type=content_type, headers=PICTURE_HEADERS)


def as_data(picture: Image.Image) -> str:
    """The picture as an address that holds it: what is made for one look is kept nowhere."""
    memory = BytesIO()
    picture.save(memory, "JPEG", quality=82)
    return f"data:image/jpeg;base64,{b64encode(memory.getvalue()).decode()}"
