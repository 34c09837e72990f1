#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Everything too slow or too hungry for `make test`: sanitizers, fuzzing, live comparison with Python peers.
# Needs the build of `make build` and a Python with torch, transformers and tokenizers (PYTHON=…, or made in .venv-long).
set -euo pipefail
cd "$(dirname "$0")/../.."

step() { printf '\n=== %s\n' "$*"; }

sanitized() {
    cmake --preset "$1" >/dev/null
    cmake --build --preset "$1"
    QT_QPA_PLATFORM=offscreen ctest --preset "$1"
}

python_peers() {
    PYTHON=${PYTHON:-.venv-long/bin/python}
    [ -x "$PYTHON" ] && return
    step "Python peers into .venv-long"
    python3 -m venv .venv-long
    .venv-long/bin/pip install --quiet torch==2.11.0 transformers==5.23.0 tokenizers numpy safetensors
}

step "Debian packages for what follows"
LONG=1 packaging/bootstrap.sh
step "the manual as a page"
make manual
step "ThreadSanitizer: the torch-free tests"
sanitized tsan
step "AddressSanitizer and UBSan: fast and core tests"
ASAN_OPTIONS=detect_leaks=0 sanitized asan
step "ten minutes of fuzzed sessions"
tests/long/fuzz_session.sh 600
python_peers
step "a session read from Python"
"$PYTHON" tests/long/read_session.py
step "10,000 random strings against the tokenizers package"
"$PYTHON" tests/long/fuzz_tokenizer.py
step "predictions and traces against transformers"
"$PYTHON" tests/long/compare_live.py
step "the window killed fifty times"
window=$(mktemp -d)
build/tests/kill_window "$window" 50 1
rm -r "$window"
step "a training run that is killed"
tests/long/kill_trainer.sh
step "what the shipped checkpoints have to show"
for name in mnemo-mamba mnemo-pythia; do
    build/bin/mnemo_gates "resources/checkpoints/$name" --facts resources/facts --ioi models/training/text/ioi.json ||
        echo "some gates do not hold: see the card of $name"
done
