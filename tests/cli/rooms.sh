#!/bin/sh
# Data flows one way: a room includes headers of base and of rooms before it only; bounds/ and kernels/ stand alone.
sources=$(cd "${srcdir:-.}" && pwd)
. "$(dirname "$0")/tap.sh"
status=0 && : >out && : >err

# allowed ROOM DIRECTORY PREFIX...: every #include "..." of the room begins with one of the prefixes
allowed() {
    room=$1 directory=$2
    shift 2
    pattern=$(printf '|%s/' "$@")
    grep -rhoE '#include "[^"]+"' "$sources/$directory" --include='*.c' --include='*.h' | sed 's/.*"\(.*\)"/\1/' | sort -u |
        grep -vE "^(${pattern#|}|version\.h|config\.h)" >stray
    check "$room looks only back" silent stray
    sed 's/^/#   /' stray
}

before="base kernels/point"
for room in base config data diffusion; do
    allowed "$room" "src/$room" $before "$room"
    before="$before $room"
done
allowed kernels kernels kernels
allowed bounds bounds bounds
before="$before kernels model"
allowed model src/model $before
for room in train measure; do
    before="$before $room bounds"
    allowed "$room" "src/$room" $before
done
allowed ledger src/ledger $before ledger
allowed choose src/choose $before choose
allowed claim src/claim $before ledger choose claim
allowed sweep src/sweep $before ledger sweep
allowed report src/report $before ledger choose claim sweep report
allowed cli src/cli $before ledger choose claim sweep report cli
allowed manual doc/manual base config cli doc/manual
check "bounds needs no library" sh -c '! grep -rlE "stdio\.h|stdlib\.h|gsl" "$0"/bounds --include=*.c --include=*.h' "$sources"
finish
