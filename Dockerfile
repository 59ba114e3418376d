# The image of every part in docker-compose.yml. Not built in `make check`: no Docker there.
FROM python:3.11-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/app
COPY requirements/runtime.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/runtime.txt

COPY manage.py pyproject.toml ./
COPY platform platform
COPY generation generation
COPY compliance compliance
COPY workers workers

# Volumes take their first owner from here. All parts share the group; the store is its alone.
RUN groupadd --gid 10000 colophon \
 && install -d -o 10000 -g 10000 -m 0755 /srv/colophon /srv/colophon/static \
 && install -d -o 10000 -g 10000 -m 2770 /srv/colophon/store \
 && install -d -m 0711 /secrets

ENV PYTHONPATH=/srv/app:/srv/app/platform PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["sh", "-c", "umask 0007; exec \"$@\"", "--"]
USER 10001:10000
