# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a stop waits at most: the longest time between two stop checks while a grid is computed, on random
checkpoints. A layer of a wide model is enough: layers are alike.

    python3 bench_stops.py --bench BENCH_GRID --checkpoint FOLDER [--threads N] [--tokens N] [--sites h:1,s:10]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from engine import Engine

ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", type=Path, required=True, help="the program bench_grid")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=20)
    parser.add_argument("--sites", default="h:1")
    options = parser.parse_args()
    draw = torch.Generator().manual_seed(1)
    prompts = tuple(torch.randint(2, 50000, (1, options.tokens), generator=draw) for _ in range(2))
    engine = Engine(options.bench, options.checkpoint, "f32", 11, options.threads, prompts)
    engine.grid(options.sites)  # the first one writes oneDNN's programs
    found = [engine.stops(options.sites) for _ in range(ROUNDS)]
    engine.end()
    print(f"{options.checkpoint.name}, {options.sites}, {options.tokens} tokens, {options.threads} thread(s): a stop "
          f"waits at most {1000 * max(longest for longest, _ in found):.0f} ms; {found[0][1]} checks")


if __name__ == "__main__":
    main()
