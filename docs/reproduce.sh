#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Draws the pictures of docs/reproduce.md and docs/circuits.md anew, from the shipped checkpoints: to be run when these or the figures change.
# Needs the build of `make build`. LIMIT=N: facts that are averaged over. FOLDER=DIR: keeps the numbers, and goes on there
# after an interruption.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=${BIN:-build/bin}
if [ -z "${FOLDER:-}" ]; then
    FOLDER=$(mktemp -d)
    trap 'rm -rf "$FOLDER"' EXIT
fi

reproduce() { # MODEL LIMIT FIGURE…
    local model=$1 limit=$2
    for figure in "${@:3}"; do
        "$bin/mnemo" reproduce "$figure" -m "$model" --limit "$limit" -o "$FOLDER" >/dev/null
        QT_QPA_PLATFORM=offscreen "$bin/mnemoscope" --render "$FOLDER/$figure.mnemo" --dpi 110 \
            -o "docs/images/reproduce-$figure.png"
    done
}

# Figs 7, 12 and 13, of all relations of the program: some minutes for each model.
linear() { # MODEL
    "$bin/mnemo" lre -m "$1" --limit 100 -o "$FOLDER/lre-$1.mnemo" --quiet
    for part in bars layers; do
        QT_QPA_PLATFORM=offscreen "$bin/mnemoscope" --render "$FOLDER/lre-$1.mnemo" --part "$part" --dpi 100 \
            -o "docs/images/lre-$1-$part.png"
    done
}

# One page of a result of pairs of prompts.
pairs() { # PICTURE PART EXPERIMENT MODEL [FLAG…]
    "$bin/mnemo" "$3" -m "$4" "${@:5}" -o "$FOLDER/$1.mnemo" --quiet
    QT_QPA_PLATFORM=offscreen "$bin/mnemoscope" --render "$FOLDER/$1.mnemo" --part "$2" --dpi 96 \
        -o "docs/images/circuits-$1.png"
}

pairs resample resample ioi mnemo-mamba
pairs taps taps ioi-layer mnemo-mamba
pairs cosines cosines ioi-layer mnemo-mamba
pairs names names ioi-names mnemo-mamba
pairs graph graph circuit mnemo-mamba --positional --wanted 0.95
pairs inside parts circuit-inside mnemo-mamba --wanted 0.95
pairs pythia graph circuit mnemo-pythia --wanted 0.95
linear mnemo-mamba
linear mnemo-pythia
reproduce mnemo-mamba "${LIMIT:-200}" fig2b fig3 fig5 fig8 fig11
reproduce mnemo-pythia "${LIMIT:-200}" fig9 fig10
reproduce mnemo-mamba 1 appG
