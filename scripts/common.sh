# SPDX-License-Identifier: Apache-2.0
# What the scripts share. Sourced with `set -euo pipefail` in force.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
RELEASE=${GATEHOUSE_RELEASE:-$ROOT/build/release}

say() { printf '%s\n' "$*"; }
die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# shellcheck source=scripts/packages.sh
. "$ROOT/scripts/packages.sh"

# build_tree DIRECTORY CMAKE_OPTION...: configures once, builds what changed; the whole output only when it fails. SOURCE is the
# checkout, this one when left out, and TARGETS what of it. What another checkout has compiled before is found again by ccache.
build_tree() {
  local tree=$1 source=${SOURCE:-$ROOT} log
  shift
  local -x CCACHE_BASEDIR=${CCACHE_BASEDIR:-$source} CCACHE_NOHASHDIR=1
  mkdir -p "$tree"
  log=$tree/build.log
  if [ ! -f "$tree/build.ninja" ]; then
    cmake -S "$source" -B "$tree" -G Ninja "$@" >"$log" 2>&1 || { cat "$log" >&2; die "cmake failed"; }
  fi
  ninja -C "$tree" ${TARGETS:-} >"$log" 2>&1 || { tail -n 60 "$log" >&2; die "the build failed (is the disk full?)"; }
}

build_release() {
  # Executables that somebody else keeps, by name (the wire tests) or by ownership, are used as they are.
  [ -z "${GATEHOUSE_RELEASE:-}" ] || return 0
  if [ -x "$RELEASE/bin/gatehouse" ] && [ ! -w "$RELEASE" ]; then return; fi
  [ -f "$RELEASE/build.ninja" ] || say "building (a minute or two, the first time)"
  build_tree "$RELEASE" -DCMAKE_BUILD_TYPE=Release
}

# What packages/hosting is made of. The same objects, so ccache has them.
build_static() {
  [ -z "${GATEHOUSE_STATIC_TREE:-}" ] || return 0
  [ -f "$ROOT/build/static/build.ninja" ] || say "building the static executables"
  build_tree "$ROOT/build/static" -DCMAKE_BUILD_TYPE=Release -DGATEHOUSE_STATIC=ON
}

# Whether everybody may pass through every folder above and including $1.
is_reachable_by_all() {
  local folder=$1
  while :; do
    case $(stat -c %A "$folder" 2>/dev/null) in *[xt]) ;; *) return 1 ;; esac
    [ "$folder" = / ] && return 0
    folder=$(dirname "$folder")
  done
}

# wait_until SECONDS COMMAND...: polls until the command succeeds.
wait_until() {
  local tries=$(($1 * 20))
  shift
  while ! "$@" 2>/dev/null; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    sleep 0.05
  done
}
