# Sourced by the commands beside it: where the tree is, and which tools come first.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PATH="$root/.tools/bin:$PATH:/usr/sbin:/sbin"

say() { printf '\033[1m%s\033[0m\n' "$*"; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# What a step depends on, as one word: the content of these files and folders, without what npm and builds write.
content_hash() {
  find "$@" \( -name node_modules -o -name dist -o -name shots \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

# The compiler's answers are shared between checkouts of this tree, wherever they stand.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
