#!/usr/bin/env bash
# Install Debian packages: scripts/apt.sh PACKAGE... — as root, or through sudo where there is one.
set -euo pipefail

if [ "$(id -u)" = 0 ]; then as_root=()
elif command -v sudo >/dev/null; then as_root=(sudo)
else as_root=(false); fi

if ! command -v apt-get >/dev/null || [ "${as_root[0]:-}" = false ]; then
  echo "missing here: $*. Install them (on Debian, as root: apt-get install $*) and try again." >&2
  exit 1
fi
echo "installing from Debian: $*"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}
if ! { "${as_root[@]}" apt-get update -qq && install "$@"; } >"$log" 2>&1; then
  tail -20 "$log" >&2
  exit 1
fi
