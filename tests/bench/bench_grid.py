# SPDX-License-Identifier: GPL-3.0-or-later
"""Times one whole grid of patched runs (layers × tokens, state h) three ways, in turns, on the same checkpoint and
with the same number of threads, and compares the numbers:

    one     transformers with forward hooks, one cell at a time: how it is usually done
    batch   the same, all cells of one layer as one batch
    engine  bench_grid.cpp: one plan

A round runs each once, so that whatever else the machine does hits all three alike; medians over the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", type=Path, required=True, help="the program bench_grid")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=12)
    return parser.parse_args()


OPTIONS = arguments()
os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(OPTIONS.threads)

import torch  # noqa: E402  the number of threads is read when it is imported
import transformers  # noqa: E402
from torch import Tensor, nn  # noqa: E402

TARGET = 11


class Peer:
    """transformers with forward hooks on its blocks."""

    def __init__(self, folder: Path) -> None:
        self.model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        base = self.model.backbone if hasattr(self.model, "backbone") else self.model.gpt_neox
        self.blocks: list[nn.Module] = list(base.layers)
        self.stored: list[Tensor] = []

    def probability(self, ids: Tensor) -> Tensor:
        return torch.softmax(self.model(ids, use_cache=False).logits[:, -1], dim=-1)[:, TARGET]

    def store(self, clean: Tensor) -> None:
        self.stored = []
        handles = [block.register_forward_hook(lambda _m, _a, out: self.stored.append(first(out).clone()))
                   for block in self.blocks]
        self.probability(clean)
        for handle in handles:
            handle.remove()

    def patched(self, ids: Tensor, layer: int, put: Callable[[Tensor, Tensor], None]) -> Tensor:
        def hook(_module: nn.Module, _arguments: tuple, out: Tensor | tuple) -> None:
            put(first(out), self.stored[layer][0])
        handle = self.blocks[layer].register_forward_hook(hook)
        try:
            return self.probability(ids)
        finally:
            handle.remove()

    def one(self, clean: Tensor, corrupt: Tensor) -> Tensor:
        self.store(clean)
        cells = torch.empty(len(self.blocks), clean.shape[1])
        for layer in range(len(self.blocks)):
            for token in range(clean.shape[1]):
                def put(state: Tensor, source: Tensor, at: int = token) -> None:
                    state[0, at] = source[at]
                cells[layer, token] = self.patched(corrupt, layer, put)
        return cells

    def batch(self, clean: Tensor, corrupt: Tensor) -> Tensor:
        self.store(clean)
        tokens = clean.shape[1]
        every = torch.arange(tokens)

        def put(state: Tensor, source: Tensor) -> None:
            state[every, every] = source
        return torch.stack([self.patched(corrupt.expand(tokens, -1), layer, put)
                            for layer in range(len(self.blocks))])


def first(out: Tensor | tuple) -> Tensor:
    return out[0] if isinstance(out, tuple) else out


class Engine:
    """The program, loaded once; a line in, a grid out."""

    def __init__(self, clean: Tensor, corrupt: Tensor, site: str = "h", window: int = 1) -> None:
        ids = [",".join(str(i) for i in row[0].tolist()) for row in (clean, corrupt)]
        self.process = subprocess.Popen(
            [str(OPTIONS.bench), str(OPTIONS.checkpoint), site, str(window), str(TARGET), str(OPTIONS.threads), *ids],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError("bench_grid did not start")

    def grid(self) -> dict:
        return self.ask("grid")

    def peak(self) -> float:
        """GFLOP/s of one large matrix product."""
        return self.ask("peak")["gflops"]

    def ask(self, what: str) -> dict:
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def processor() -> str:
    names = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    return names[0] if names else platform.processor()


def main() -> int:
    torch.set_num_threads(OPTIONS.threads)
    generator = torch.Generator().manual_seed(1)
    clean = torch.randint(2, 50000, (1, OPTIONS.tokens), generator=generator)
    corrupt = clean.clone()
    corrupt[0, 1:4] = torch.randint(2, 50000, (3,), generator=generator)
    peer, engine = Peer(OPTIONS.checkpoint), Engine(clean, corrupt)
    cells = len(peer.blocks) * OPTIONS.tokens
    print(f"{OPTIONS.checkpoint.name}: {len(peer.blocks)} layers × {OPTIONS.tokens} tokens = {cells} cells of h, "
          f"f32, {OPTIONS.threads} thread(s)\n{processor()}, {os.cpu_count()} cores, torch {torch.__version__}, "
          f"transformers {transformers.__version__}, load average {os.getloadavg()[0]:.1f}", flush=True)

    times: dict[str, list[float]] = {"one": [], "batch": [], "engine": []}
    with torch.inference_mode():
        peer.batch(clean, corrupt)  # warm-up
        first_grid, peaks = engine.grid()["seconds"], []
        for number in range(OPTIONS.rounds):
            begin = time.perf_counter()
            single = peer.one(clean, corrupt)
            middle = time.perf_counter()
            batched = peer.batch(clean, corrupt)
            end = time.perf_counter()
            ours = engine.grid()
            peaks.append(engine.peak())
            times["one"].append(middle - begin)
            times["batch"].append(end - middle)
            times["engine"].append(ours["seconds"])
            print(f"round {number}: " + ", ".join(f"{name} {seconds[-1]:.3f} s" for name, seconds in times.items())
                  + f"; load average {os.getloadavg()[0]:.1f}", flush=True)
    later = [engine.grid()["seconds"] for _ in range(5)]
    engine.end()

    got = torch.tensor(ours["p"]).view_as(single)
    off = ((got - single).abs() / single).max().item()
    spread = ((single.max() - single.min()) / single.mean()).item()
    print(f"engine against one: max relative difference {off:.1e} (batch against one: "
          f"{((batched - single).abs() / single).max().item():.1e}); the cells vary by {spread:.1e} of their mean")
    median = {name: statistics.median(seconds) for name, seconds in times.items()}
    print("medians: " + ", ".join(f"{name} {seconds:.3f} s" for name, seconds in median.items()))
    print(f"engine is {median['one'] / median['engine']:.1f}× as fast as one, "
          f"{median['batch'] / median['engine']:.1f}× as fast as batch; {ours['rows']} rows, "
          f"{ours['flops'] / 1e9:.0f} GFLOP")
    rate, peak = ours["flops"] / median["engine"] / 1e9, max(peaks)
    print(f"{rate:.0f} GFLOP/s over the whole grid, {rate / peak:.0%} of the best product in this run ({peak:.0f}); the "
          f"first grid of the process took {first_grid / statistics.median(later):.2f} times the next five's median")
    for site in ("s", "g", "o") if hasattr(peer.model, "backbone") else ("attn", "mlp"):
        windowed = Engine(clean, corrupt, site, 10)
        windowed.grid()
        seconds = statistics.median(windowed.grid()["seconds"] for _ in range(3))
        windowed.end()
        print(f"{site} with window 10: {seconds:.3f} s, {seconds / statistics.median(later):.2f} times h")
    if not off < 1e-3 or spread < 1e-2:
        print("the grids do not agree, or say nothing", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
