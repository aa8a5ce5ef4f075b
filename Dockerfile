# One image for the console, the workers and the jobs; `docker-compose.yml` gives each its command.

FROM python:3.13-slim-bookworm AS build
RUN pip install --no-cache-dir "uv>=0.9,<1" && python -m venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv
WORKDIR /opt/tallywright
COPY pyproject.toml requirements.lock requirements-web.lock ./
# The lock gives versions and hashes of everything that may be installed, pyproject.toml what of it runs.
RUN uv pip install --no-cache --only-binary :all: --require-hashes \
        --requirement pyproject.toml --extra build --extra validation --constraint requirements.lock \
    && uv pip install --no-cache --only-binary :all: --require-hashes --no-deps \
        --target /tmp/web --requirement requirements-web.lock
COPY . .
RUN mkdir -p console/static/vendor \
    && cp /tmp/web/django_htmx/static/django_htmx/htmx-4.min.js console/static/vendor/htmx.min.js \
    && uv pip install --no-cache --no-deps --no-build-isolation --editable . \
    && uv pip uninstall setuptools \
    && python -m compileall -q /opt/venv /opt/tallywright

FROM python:3.13-slim-bookworm
# Chromium for the bots, fonts with Latin and Chinese letters.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        chromium fontconfig fonts-dejavu-core fonts-liberation fonts-wqy-microhei \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 tallywright \
    && useradd --uid 10001 --gid tallywright --no-create-home --home-dir /tmp --shell /usr/sbin/nologin tallywright \
    && install -d -o tallywright -g tallywright -m 700 /var/lib/tallywright /var/lib/tallywright-sandbox
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/tallywright /opt/tallywright
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 TALLYWRIGHT_HOME=/var/lib/tallywright
# By number, so that a cluster can see that it is not root.
USER 10001:10001
WORKDIR /opt/tallywright
VOLUME /var/lib/tallywright
ENTRYPOINT ["tallywright"]
CMD ["--help"]
