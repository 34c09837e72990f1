#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Measures how long the user of the window waits, then the engine beside its Python peers (grids, the search of an edit,
# and a Jacobian; or, instead, resample ablation or edge attribution), interleaved in one script, and prints what
# RESULTS.md records.
#
#   THREADS=1 PYTHON=.venv-long/bin/python tests/bench/run.sh [--rounds 3 --bf16 …]     options of bench_grid.py
#   SIZE=1.4b THREADS=2 tests/bench/run.sh     one round, few cells of the peers
#
# Needs the build of `make build` and a Python with torch and transformers (PYTHON=…); with nnsight it is measured, too.
# The checkpoints (random weights; 0.5 and 0.6 GB, 1.4b: 5.5 GB each) are made once, in build/bench.
set -euo pipefail
cd "$(dirname "$0")/../.."
PYTHON=${PYTHON:-$([ -x .venv-long/bin/python ] && echo .venv-long/bin/python || echo python3)}
BENCH=${BENCH:-build/tests/bench_grid}
EDIT=${EDIT:-build/tests/bench_edit}
JACOBIAN=${JACOBIAN:-build/tests/bench_jacobian}
ATTRIBUTION_BENCH=${ATTRIBUTION_BENCH:-build/tests/bench_attribution}
CHECKPOINTS=${CHECKPOINTS:-build/bench}
THREADS=${THREADS:-$(nproc)}
SIZE=${SIZE:-130m}
export OMP_NUM_THREADS=$THREADS MKL_NUM_THREADS=$THREADS

fail() {
    printf 'run.sh: %s\n  What to do: %s\n' "$1" "$2" >&2
    exit 1
}

# STOPS=1: how long a stop waits, instead of how fast the grids are.
if [ -n "${STOPS:-}" ]; then
    for model in mamba-130m pythia-160m mamba-2.8b-wide pythia-2.8b-wide; do
        folder=$CHECKPOINTS/$model
        [ -e "$folder/config.json" ] || "$PYTHON" tests/bench/make_bench_checkpoint.py "$model" "$folder"
        for tokens in 20 64; do
            "$PYTHON" tests/bench/bench_stops.py --bench "$BENCH" --checkpoint "$folder" --threads "$THREADS" \
                --tokens "$tokens" "$@"
        done
    done
    exit
fi

# RESAMPLE=1: resample ablation of one pair at mamba-370m's size (1.5 GB), and nothing else.
if [ -n "${RESAMPLE:-}" ]; then
    folder=$CHECKPOINTS/mamba-370m
    [ -e "$folder/config.json" ] || "$PYTHON" tests/bench/make_bench_checkpoint.py mamba-370m "$folder"
    "$PYTHON" tests/bench/bench_resample.py --bench "$BENCH" --checkpoint "$folder" --threads "$THREADS" "$@"
    exit
fi

# ATTRIBUTION=1: integrated edge attribution of 40 pairs at mamba-130m's size, and nothing else.
if [ -n "${ATTRIBUTION:-}" ]; then
    folder=$CHECKPOINTS/mamba-130m
    [ -e "$folder/config.json" ] || "$PYTHON" tests/bench/make_bench_checkpoint.py mamba-130m "$folder"
    "$PYTHON" tests/bench/bench_attribution.py --bench "$ATTRIBUTION_BENCH" --checkpoint "$folder" \
        --threads "$THREADS" "$@"
    exit
fi

case $SIZE in
    130m) models="mamba-130m pythia-160m" && TOKENS=${TOKENS:-12 24} ;;
    1.4b) models="mamba-1.4b pythia-1.4b" && TOKENS=${TOKENS:-12} ;;
    *) fail "there is no size $SIZE." "set SIZE to 130m or 1.4b" ;;
esac
[ -x "$BENCH" ] || fail "$BENCH is not built." "run: make build"
"$PYTHON" -c "import torch, transformers" 2>/dev/null ||
    fail "$PYTHON has no torch or no transformers." "set PYTHON, or run tests/long/run.sh once, which makes .venv-long"

# Grids of which the peers would take minutes are timed on some cells; what comes later in "$@" wins.
effort() { # tokens
    if [ "$SIZE" = 1.4b ]; then echo --sample 8 --rounds 1; elif [ "$1" -gt 12 ]; then echo --sample 48; fi
}

if [ "$SIZE" = 130m ] && [ -x build/tests/bench_window ]; then
    QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen} build/tests/bench_window
fi
for model in $models; do
    folder=$CHECKPOINTS/$model
    [ -e "$folder/config.json" ] || "$PYTHON" tests/bench/make_bench_checkpoint.py "$model" "$folder"
    for tokens in $TOKENS; do
        "$PYTHON" tests/bench/bench_grid.py --bench "$BENCH" --checkpoint "$folder" --threads "$THREADS" \
            --tokens "$tokens" $(effort "$tokens") "$@"
    done
    if [ "$SIZE" = 130m ]; then
        "$PYTHON" tests/bench/bench_edit.py --bench "$EDIT" --checkpoint "$folder" --threads "$THREADS" \
            --layer "${LAYER:-$([ "$model" = mamba-130m ] && echo 12 || echo 6)}" --rounds "${EDIT_ROUNDS:-3}"
        "$PYTHON" tests/bench/bench_jacobian.py --bench "$JACOBIAN" --checkpoint "$folder" --threads "$THREADS" \
            --rounds "${JACOBIAN_ROUNDS:-3}" --finite-differences 8
    fi
done
