#!/usr/bin/env bash
# Installs everything Tallywright needs into this checkout (.venv) and, where missing, the system packages it needs.
# Running it again costs nothing while the lock files are unchanged.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=.venv/.set-up
state=$(cat requirements.lock requirements-web.lock pyproject.toml scripts/setup.sh | sha256sum)
[ "$(cat "$stamp" 2>/dev/null || true)" = "$state" ] && exit 0

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing=()
need() { dpkg -s "$1" >/dev/null 2>&1 || missing+=("$1"); }
python=$(command -v python3) || { echo "Python 3.11 or newer is needed: install python3." >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "$python is $("$python" --version); Tallywright needs Python 3.11 or newer." >&2
  exit 1
}

if command -v apt-get >/dev/null; then
  "$python" -c 'import ensurepip, venv' 2>/dev/null || need "python3-venv"
  # What papers are set in; the last is a small font that has Chinese.
  for package in fonts-liberation fonts-dejavu-core; do need "$package"; done
  fc-list :lang=zh 2>/dev/null | grep -q . || need fonts-wqy-microhei
  command -v chromium >/dev/null || need chromium
  # The bots' browser: Chromium without its window, where Debian has it.
  command -v chromium-headless-shell >/dev/null || need chromium-headless-shell
  if [ ${#missing[@]} -gt 0 ]; then
    echo "Installing ${missing[*]} ..."
    as_root apt-get update -qq
    for package in "${missing[@]}"; do
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null \
        || echo "Debian could not install $package; going on without it." >&2
    done
  fi
fi

echo "Installing the locked packages ..."
.venv/bin/python -m pip --version >/dev/null 2>&1 || "$python" -m venv .venv
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"
export VIRTUAL_ENV=$PWD/.venv
.venv/bin/uv pip install --quiet --require-hashes -r requirements.lock

vendor=$(mktemp -d)
trap 'rm -rf "$vendor"' EXIT
.venv/bin/uv pip install --quiet --require-hashes --no-deps --target "$vendor" -r requirements-web.lock
mkdir -p console/static/vendor
cp "$vendor/django_htmx/static/django_htmx/htmx-4.min.js" console/static/vendor/htmx.min.js

.venv/bin/uv pip install --quiet --no-deps --no-build-isolation --editable .
command -v chromium >/dev/null || .venv/bin/playwright install --with-deps chromium
echo "$state" > "$stamp"
