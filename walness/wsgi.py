"""The server's handle: gunicorn calls ``application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "walness.settings")
application = get_wsgi_application()

from diagnosis import clock  # noqa: E402 - its tables exist only now
from walness.quota import forget_clients  # noqa: E402

clock.start(forget_clients)
