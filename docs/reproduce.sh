#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Draws the pictures of docs/reproduce.md anew, from the shipped checkpoints: to be run when these or the figures change.
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

linear mnemo-mamba
linear mnemo-pythia
reproduce mnemo-mamba "${LIMIT:-200}" fig2b fig3 fig5 fig8 fig11
reproduce mnemo-pythia "${LIMIT:-200}" fig9 fig10
reproduce mnemo-mamba 1 appG
