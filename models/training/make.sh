#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes resources/checkpoints/NAME from its recipe, with a card that shows its gates. Further arguments go to the trainer.
#
#   models/training/make.sh mnemo-mamba --threads 2
set -euo pipefail
cd "$(dirname "$0")/../.."

name=$1
shift
work=build/training/$name
checkpoint=resources/checkpoints/$name

build/bin/mnemo_train "models/training/$name.json" --facts resources/facts --texts models/training/text -o "$work" "$@"
build/bin/mnemo_gates "$work" --facts resources/facts --ioi models/training/text/ioi.json --markdown "$work/gates.md" ||
    echo "some gates do not hold: the card says which"
mkdir -p "$checkpoint"
cp "$work"/{config.json,model.safetensors,tokenizer.model} "$checkpoint/"
cat "models/training/cards/$name.md" "$work/gates.md" >"$checkpoint/README.md"
echo "now run tests/fixtures/make_shipped.py, which asks transformers about it"
