# SPDX-License-Identifier: GPL-3.0-or-later
"""Times resample ablation of one pair of prompts: the input of every block at every token, one by one, is the corrupted
run's (the residual beside the block keeps its value), and p(target) at the end is read. In turns, on the same checkpoint
of Mamba and with as many threads:

    one        transformers with forward hooks, one cell and one forward pass at a time: how it is usually done
    batch      the same, all cells of one layer as one batch
    tuned      batch with float32_matmul_precision "medium" and the last token's logits only
    engine     bench_grid.cpp: every cell in one plan

Seconds of the wall, and the load beside them; medians over the rounds. The peers may be timed on some cells, drawn with a
fixed seed, and scaled (≈). All compute the same numbers, which are compared.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import torch
import transformers

from ways import Bench, agree, run_rounds

SITE = "block_in"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True, help="the program bench_grid")
    parser.add_argument("--checkpoint", type=Path, required=True, help="of Mamba")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=20)
    parser.add_argument("--sample", type=int, default=24, help="cells that the peers compute; 0: all")
    options = parser.parse_args()
    if options.tokens < 5 or options.rounds < 1 or options.threads < 1 or options.sample < 0:
        parser.error("--tokens starts at 5, --rounds and --threads at 1, --sample at 0")
    return options


def main() -> int:
    options = arguments()
    torch.set_num_threads(options.threads)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    with torch.inference_mode():
        # Of its two prompts the grid puts the first one's states into the second: corrupted and clean.
        bench = Bench(options, options.device)
        print(f"{options.checkpoint.name}, {bench.cells} cells ({bench.layers} layers, {options.tokens} tokens), f32, "
              f"{options.device}, {options.threads} thread(s); load average before: {os.getloadavg()[0]:.1f}",
              flush=True)
        ways = {**bench.hook_ways(SITE, 1, options.sample), "engine": bench.engine_way(f"{SITE}:1")}
        run_rounds(ways, options.rounds)
    bench.engine.end()
    engine = ways["engine"].seconds()
    print("  medians: " + ", ".join(f"{name} {way.text(engine)}" for name, way in ways.items()))
    if not agree(ways):
        print("the grids differ, or say nothing", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
