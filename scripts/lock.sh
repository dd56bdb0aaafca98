#!/usr/bin/env bash
# Write locks/run.lock (what `make install` needs) and locks/dev.lock (the same plus what tests and checks need)
# from the ranges in pyproject.toml: every file by its hash, no address of any index. Run it after changing a
# range; `scripts/lock.sh --upgrade` also takes the newest versions the ranges allow.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT

python3 -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet 'uv>=0.9,<1'

compile() { # OUTPUT ARGUMENT...
  local output=$1
  shift
  # An own configuration of pip or uv (a mirror, say) must not leak into what everybody installs.
  env -u UV_INDEX -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS "$tools/venv/bin/uv" pip compile pyproject.toml \
    --no-config --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
    --no-emit-index-url --no-emit-find-links --extra all --output-file "$output" "$@"
}
mkdir -p locks
compile locks/run.lock --group build "$@"
compile locks/dev.lock --group dev --constraint locks/run.lock "$@"
