#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Session files made by a fuzzer (fuzz_session.cpp), for so many seconds of CPU:
#
#     tests/long/fuzz_session.sh [SECONDS=600]
#
# What it learns is kept in build-fuzz/corpus; tests/fixtures/sessions/fuzzed.txt has the small ones of it (fuzz_session -merge=1
# -max_len=160 FOLDER build-fuzz/corpus, then a base64 of each on a line), and make test tries them. What breaks the
# program is left in build-fuzz as crash-…, timeout-… or oom-…: mend it, and keep the file in tests/fixtures/sessions/damaged under
# a name that says what it is.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-600}
workers=$(nproc)

cmake --preset fuzz >/dev/null
cmake --build --preset fuzz
mkdir -p build-fuzz/corpus build-fuzz/seeds
python3 tests/long/session_seeds.py tests/fixtures/sessions build-fuzz/seeds
scratch=$(mktemp -d "$([ -d /dev/shm ] && echo /dev/shm || echo /tmp)/fuzz-XXXXXX") # sessions are written again, and flushed
trap 'rm -rf "$scratch"' EXIT
TMPDIR=$scratch build-fuzz/bin/fuzz_session build-fuzz/corpus build-fuzz/seeds -fork="$workers" -ignore_crashes=0 \
    -max_total_time=$((seconds / workers)) -dict=tests/long/session.dict -max_len=32768 -timeout=20 -rss_limit_mb=2048 \
    -artifact_prefix=build-fuzz/ 2>&1 | { grep -v '^#\|NEW_FUNC' || true; }
