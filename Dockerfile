# syntax=docker/dockerfile:1
# The service of compose.yaml. Two stages: what is needed to install stays behind. The lock is hashed;
# nothing else is fetched. What the build sees is bounded by .dockerignore. Check: hadolint Dockerfile
FROM python:3.12-slim AS built
WORKDIR /srv/lop-hoc-so
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv .venv
# The lock before the code: a change of code does not install everything again.
COPY requirements/base.txt requirements/base.txt
RUN .venv/bin/pip install --require-hashes --only-binary=:all: -r requirements/base.txt

FROM python:3.12-slim
# pg_dump and pg_restore must not be older than the server (postgres:17 in compose.yaml): Debian 13 has 17.
# Debian keeps one version of a package in a release and replaces it for security: none is pinned.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 1000 --home-dir /data --shell /usr/sbin/nologin lms \
 && install -d -o lms -g lms -m 700 /data /keys \
 && printf '#!/bin/sh\nexec python -m lms "$@"\n' > /usr/local/bin/lms \
 && chmod 755 /usr/local/bin/lms
COPY --from=built /srv/lop-hoc-so/.venv /srv/lop-hoc-so/.venv
ENV PATH=/srv/lop-hoc-so/.venv/bin:$PATH PYTHONPATH=/srv/lop-hoc-so PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# The service's own packages as they are: building a wheel of them would fetch a builder that no lock holds.
WORKDIR /srv/lop-hoc-so
COPY lms lms
COPY courses courses
COPY assessments assessments
COPY certificates certificates
COPY migrations migrations
RUN python -m compileall -q lms courses assessments certificates migrations
# A number, so that Kubernetes and others can see that it is not root.
USER 1000
WORKDIR /data
EXPOSE 8000
# A stop lets running requests end (lms serve waits 25 s at most).
STOPSIGNAL SIGTERM
CMD ["lms", "serve"]
