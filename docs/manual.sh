#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Draws the pictures of docs/manual.md and of the README's windows anew, with the shipped checkpoints and no display: to be
# run when the window changes. Arguments: which ones only, by the functions of tests/manual/draw_manual.cpp (aFact, anEdit, …).
set -euo pipefail
cd "$(dirname "$0")/.."

bin=${BIN:-build/tests}
[ -x "$bin/draw_manual" ] || {
    printf 'manual.sh: %s is not built. — Run: make build\n' "$bin/draw_manual" >&2
    exit 1
}
drawn=$(mktemp -d)
trap 'rm -rf "$drawn"' EXIT
MNEMO_PICTURES=$drawn QT_QPA_PLATFORM=offscreen OMP_WAIT_POLICY=passive "$bin/draw_manual" "$@"
cp "$drawn"/*.png docs/images/
