"""Form fields that the desk and the visitors' pages share."""

from typing import Any

from django import forms


class LinesField(forms.CharField):
    """Text as it is kept and counted: a browser sends a line's end, one character to it, as two."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n")
