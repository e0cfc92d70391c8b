"""Log lines as JSON, without what belongs to a person."""

import json
import logging
import re
from datetime import UTC, datetime

# A token opens what it names: it never reaches a log, wherever a library puts the path.
_TOKEN = re.compile(r"\b((?:cases|shared|patients)/+)[A-Za-z0-9_-]{16,}", re.IGNORECASE)


class JsonLine(logging.Formatter):
    """One JSON object a line: line breaks in a message cannot forge a second line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": _discreet(record.getMessage()),
        }
        if record.exc_info:
            line["trace"] = _discreet(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _discreet(text: str) -> str:
    return _TOKEN.sub(r"\1…", text)
