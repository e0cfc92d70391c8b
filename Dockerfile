# The service in one image. Without a GPU it runs on the CPU; with one: docker run --gpus all.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
WORKDIR /srv/walness

# What sets the one-page report
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 \
    libharfbuzz-subset0 && rm -rf /var/lib/apt/lists/*

# The lock, with its hashes, is written for x86-64; elsewhere the pinned versions have to do
COPY requirements.txt constraints.txt requirements.lock ./
RUN if [ "$(uname -m)" = x86_64 ]; then set -- --require-hashes -r requirements.lock; else set -- -r requirements.txt; fi; \
    pip install --no-cache-dir --quiet "$@"

COPY manage.py ./
COPY ml ml
COPY clinics clinics
COPY diagnosis diagnosis
COPY walness walness
COPY templates templates
COPY static static

# The one folder that is written to; photos in it are private
RUN useradd --system --uid 1000 walness && install -d -m 700 -o walness /data
USER walness
VOLUME /data
EXPOSE 8000

# A request waits for its diagnosis, so the graceful timeout is longer than the longest one.
# Of two containers that start on one volume, one prepares it while the other waits.
CMD ["sh", "-c", "umask 077 && flock \"$DATA_DIR\" sh -c 'python manage.py migrate --verbosity 0 && \
python manage.py load_catalogue && python manage.py import_clinics && \
python manage.py collectstatic --noinput --verbosity 0' && \
HOST=0.0.0.0 exec gunicorn -c python:walness.serving walness.wsgi:application"]
