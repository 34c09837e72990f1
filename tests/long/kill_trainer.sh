#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A training run that is killed again and again ends with the same file as one that is left alone.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/recipe.json" <<'JSON'
{"model": {"model_type": "mamba", "hidden_size": 32, "layers": 3}, "vocabulary": {"size": 3000, "sentences": 5000},
 "training": {"steps": 600, "rows": 8, "length": 24, "save_every": 25}}
JSON

train=(build/bin/mnemo_train "$work/recipe.json" --facts resources/facts --texts models/training/text
    --dtype f32 --threads 1)

"${train[@]}" -o "$work/whole" 2>/dev/null
kills=0
finished=0
while [ "$finished" = 0 ]; do
    "${train[@]}" -o "$work/broken" 2>>"$work/broken.log" &
    trainer=$!
    for pause in 1.1 1.3 1.7; do
        sleep "$pause"
        [ "$kills" -lt 6 ] && kill -9 "$trainer" 2>/dev/null && kills=$((kills + 1)) && break
    done
    wait "$trainer" 2>/dev/null && finished=1
done
[ "$kills" -ge 2 ] || { echo "the run was over before it could be killed"; exit 1; }
grep -q "Going on from step" "$work/broken.log" || { echo "no run went on from a state"; exit 1; }
cmp "$work/whole/model.safetensors" "$work/broken/model.safetensors"
echo "killed $kills times: the same checkpoint"
