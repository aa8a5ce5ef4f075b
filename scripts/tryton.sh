#!/usr/bin/env bash
# Tryton 7.0, an ERP that others wrote, for trying a bot on: its server from PyPI and its web client from npm, locked by
# hash, in a folder of their own, on SQLite. It is GPL and no part of Tallywright; nothing of ours imports it.
#
#   scripts/tryton.sh                 installs it and makes an example company; costs nothing when that is done
#   scripts/tryton.sh serve [PORT] [FOLDER]
#                                     serves a fresh copy of that company on 127.0.0.1 (8390) until it is ended
set -euo pipefail
cd "$(dirname "$0")/.."
home=$PWD/.tryton
source=$PWD/scripts/tryton

make_ready() {
  state=$(cat "$source"/* scripts/tryton.sh | sha256sum)
  [ "$(cat "$home/.set-up" 2>/dev/null || true)" = "$state" ] && return
  rm -rf "$home" && mkdir -p "$home"
  echo "Installing Tryton's server ..."
  .venv/bin/uv venv --quiet "$home/venv"
  .venv/bin/uv pip install --quiet --require-hashes --python "$home/venv/bin/python" -r "$source/requirements.lock"
  echo "Installing its web client ..."
  fetch_web_client
  echo "Making the example company ..."
  make_company
  echo "$state" > "$home/.set-up"
}

fetch_web_client() {
  command -v npm >/dev/null || { echo "npm is needed for Tryton's web client: install nodejs and npm." >&2; exit 1; }
  mkdir -p "$home/packages" "$home/web"
  while read -r _ file; do
    name=${file%.tgz}
    npm pack --silent --pack-destination "$home/packages" "${name%-*}@${name##*-}" >/dev/null
  done < "$source/web-client.sha256"
  (cd "$home/packages" && sha256sum --check --quiet "$source/web-client.sha256")
  while read -r _ file; do
    name=${file%.tgz}
    case ${name%-*} in
      tryton-sao) folder=$home/web ;;
      sortablejs) folder=$home/web/bower_components/Sortable ;;
      *) folder=$home/web/bower_components/${name%-*} ;;
    esac
    mkdir -p "$folder"
    tar xzf "$home/packages/$file" -C "$folder" --strip-components=1
  done < "$source/web-client.sha256"
  # Where Bower would have put it.
  cp "$home/web/bower_components/d3/dist/d3.min.js" "$home/web/bower_components/d3/"
  rm -r "$home/packages"
}

make_company() {
  mkdir -p "$home/company"
  configure "$home/company" 0 > "$home/company/trytond.conf"
  touch "$home/company/tryton.sqlite"
  "$home/venv/bin/python" -c 'import secrets; print(secrets.token_urlsafe(18), end="")' > "$home/company/admin"
  TRYTONPASSFILE=$home/company/admin "$home/venv/bin/trytond-admin" -c "$home/company/trytond.conf" -d tryton --all \
    --email admin@example.com -u account_invoice --activate-dependencies
  "$home/venv/bin/python" -W ignore "$source/company.py" "$home/company"
}

configure() { # FOLDER PORT
  cat <<CONF
[database]
uri = sqlite://
path = $1
[web]
listen = 127.0.0.1:$2
root = $home/web
CONF
}

serve() { # PORT FOLDER
  running=${2:-$(mktemp -d)}
  cp "$home/company/tryton.sqlite" "$running/"
  configure "$running" "$1" > "$running/trytond.conf"
  exec "$home/venv/bin/python" -W ignore "$home/venv/bin/trytond" -c "$running/trytond.conf" -d tryton
}

make_ready
case ${1:-} in
  serve) serve "${2:-8390}" "${3:-}" ;;
  "") echo "Ready: scripts/tryton.sh serve" ;;
  *) echo "Unknown: $1; say nothing, or serve [PORT] [FOLDER]." >&2; exit 2 ;;
esac
