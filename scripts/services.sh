#!/usr/bin/env bash
# Run a command with everything the tests need beside it: scripts/services.sh COMMAND...
#
# Chromium, PostgreSQL and Redis come from Debian's packages where they are missing. A PostgreSQL or Redis that
# already answers on its usual port of this machine is used; otherwise one is started for this run alone, on a
# free port and in a folder of its own, and is gone afterwards. ANTIPHON_TEST_POSTGRES and ANTIPHON_TEST_REDIS
# name others.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python="$here/../.venv/bin/python"
place=$(mktemp -d /tmp/antiphon-services-XXXXXX)
stop=()

finish() {
  for command in "${stop[@]}"; do eval "$command" >/dev/null 2>&1 || true; done
  rm -rf "$place"
}
trap finish EXIT

free_port() {
  "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

have() { # PROGRAM PACKAGE
  command -v "$1" >/dev/null || "$here/apt.sh" "$2"
}

# --------------------------------------------------------------------------------------------------- PostgreSQL

postgres_answers() {
  "$python" - "$1" 2>/dev/null <<'PY'
import asyncio, sys
import asyncpg
async def ask():
    connection = await asyncpg.connect(sys.argv[1], timeout=5)
    await connection.close()
asyncio.run(ask())
PY
}

postgres_programs() { # the folder of the newest initdb, which Debian keeps off the PATH
  local newest
  newest=$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -1)
  dirname "${newest:-$(command -v initdb || echo nowhere/initdb)}"
}

start_postgres() {
  [ -x "$(postgres_programs)/initdb" ] || "$here/apt.sh" postgresql
  local programs port as=()
  programs=$(postgres_programs)
  port=$(free_port)
  mkdir "$place/postgres"
  if [ "$(id -u)" = 0 ]; then # it refuses to run as root
    chmod 711 "$place"
    chown postgres "$place/postgres"
    as=(runuser -u postgres --)
  fi
  (
    cd "$place/postgres"
    "${as[@]}" "$programs/initdb" --auth=trust --username=postgres --encoding=UTF8 --pgdata=data --no-sync
    "${as[@]}" "$programs/pg_ctl" start --wait --pgdata=data --log=log \
      --options="-p $port -k $place/postgres -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
  ) >"$place/postgres.log" 2>&1 || { cat "$place/postgres.log" "$place/postgres/log" >&2; exit 1; }
  stop+=("${as[*]} $programs/pg_ctl stop --mode=immediate --pgdata=$place/postgres/data")
  export ANTIPHON_TEST_POSTGRES="postgresql://postgres@127.0.0.1:$port/postgres"
}

# --------------------------------------------------------------------------------------------------- Redis

redis_answers() { # PORT
  local answer
  { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  printf 'PING\r\n' >&3
  read -r -t 5 answer <&3 || true
  exec 3>&-
  [[ ${answer:-} == +PONG* ]]
}

start_redis() {
  have redis-server redis-server
  local port
  port=$(free_port)
  redis-server --port "$port" --bind 127.0.0.1 --dir "$place" --save '' --appendonly no >"$place/redis.log" 2>&1 &
  stop+=("kill $!")
  for _ in $(seq 100); do redis_answers "$port" && break || sleep 0.1; done
  redis_answers "$port" || { cat "$place/redis.log" >&2; exit 1; }
  export ANTIPHON_TEST_REDIS="redis://127.0.0.1:$port"
}

# --------------------------------------------------------------------------------------------------- all of it

if [ -z "${ANTIPHON_TEST_POSTGRES:-}" ]; then
  usual=postgresql://postgres@127.0.0.1:5432/postgres
  if postgres_answers "$usual"; then export ANTIPHON_TEST_POSTGRES=$usual; else start_postgres; fi
fi
if [ -z "${ANTIPHON_TEST_REDIS:-}" ]; then
  if redis_answers 6379; then export ANTIPHON_TEST_REDIS=redis://127.0.0.1:6379; else start_redis; fi
fi
[ -n "${ANTIPHON_CHROMIUM:-}" ] || have chromium chromium
echo "PostgreSQL ${ANTIPHON_TEST_POSTGRES#*@} · Redis ${ANTIPHON_TEST_REDIS#*//} ·" \
  "$("${ANTIPHON_CHROMIUM:-chromium}" --version 2>/dev/null)"
"$@"
