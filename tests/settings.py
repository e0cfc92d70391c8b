"""The service as the tests see it: the demo profile, its data in a folder that goes away."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="walness-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["DEMO_HTTP"] = "1"
os.environ["DATA_DIR"] = _folder
os.environ["STATIC_STORAGE"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # no collectstatic first

from walness.settings import *  # noqa: E402, F403
from walness.settings import DATA_DIR, DATABASES, STATIC_ROOT  # noqa: E402

STATIC_ROOT.mkdir(parents=True)
DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}  # a file: in memory there is no journal to test

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a test has no password worth guarding
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # static files straight from where they are written
AXES_ENABLED = False
