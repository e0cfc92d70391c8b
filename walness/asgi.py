"""The handle for an asynchronous server, for whoever prefers one."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "walness.settings")
application = get_asgi_application()
