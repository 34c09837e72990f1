#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Measures how long the user of the window waits, then the engine beside its Python peers, interleaved in one script, and
# prints what RESULTS.md records.
# Needs the build of `make build` and a Python with torch and transformers (PYTHON=…). The checkpoints (0.5 GB and
# 0.6 GB, random weights) are made once, in build/bench.
set -euo pipefail
cd "$(dirname "$0")/../.."
PYTHON=${PYTHON:-$([ -x .venv-long/bin/python ] && echo .venv-long/bin/python || echo python3)}
BENCH=${BENCH:-build/tests/bench_grid}
CHECKPOINTS=${CHECKPOINTS:-build/bench}
THREADS=${THREADS:-$(nproc)}

QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen} build/tests/bench_window
for architecture in mamba gpt_neox; do
    folder=$CHECKPOINTS/$architecture
    [ -e "$folder/config.json" ] || "$PYTHON" tests/bench/make_bench_checkpoint.py "$architecture" "$folder"
    "$PYTHON" tests/bench/bench_grid.py --bench "$BENCH" --checkpoint "$folder" --threads "$THREADS" "$@"
done
