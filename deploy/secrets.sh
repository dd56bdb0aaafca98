#!/usr/bin/env bash
# Make the secrets docker-compose.yml mounts, each once; what exists is left as it is.
set -euo pipefail
folder="$(cd "$(dirname "$0")" && pwd)/secrets"
mkdir -p "$folder"
chmod 700 "$folder" # the files themselves must be readable to the containers' users

random() { head -c 32 /dev/urandom | base64 | tr -d '\n=+/' | cut -c1-40; }
once() { [ -s "$folder/$1" ] || { printf '%s' "$2" >"$folder/$1" && echo "made deploy/secrets/$1"; }; }

once antiphon_secret "$(random)"
once admin_password "$(random)"
once postgres_password "$(random)"
once database_url "postgresql://antiphon:$(cat "$folder/postgres_password")@postgres:5432/antiphon"
