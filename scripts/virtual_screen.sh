#!/usr/bin/env bash
# Installs a virtual screen and the hand in front of it, for tests in real windows; costs nothing when both are there.
set -euo pipefail

command -v Xvfb >/dev/null && command -v xdotool >/dev/null && exit 0
command -v apt-get >/dev/null || { echo "Xvfb and xdotool are needed: install both." >&2; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
echo "Installing xvfb and xdotool ..."
as_root apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends xvfb xdotool >/dev/null
