# SPDX-License-Identifier: GPL-3.0-or-later
"""LRE's Jacobian ∂z/∂h, z the residual before the last norm at the prompt's last token, h a block's output at a token
inside, beside PyTorch's ways in transformers. Random checkpoints; rows of J are compared.

- one: the network runs once with h as a leaf put in by a hook, then d calls of autograd, one for each row. Weights
  want no gradient and h is the only leaf, so that autograd records the layers behind h alone: the favourable form
- vmap: the same with `is_grads_batched`, a batch of rows a call
- copies: as many copies of the prompt as the rows of a batch, each row from its own copy; forward once

    python3 bench_jacobian.py --bench BENCH_JACOBIAN --checkpoint FOLDER [--threads N] [--rounds N] [--layer N]
        [--position N] [--sample ROWS] [--device cuda] [--dtype f64] [--finite-differences N]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch
import transformers
from torch import Tensor

import peers
from engine import Process

TOKENS = 20
BATCH = 8          # rows of a call of the ways that have batches; on two cores more of them are slower
AGREE = 1e-4       # rows of J may differ by that much of J's largest entry
LINEAR = {"f32": 2e-2, "f64": 5e-3}  # and differences of J v's largest entry: a step has a length, and floats round


class Taken(NamedTuple):
    """Seconds of a whole Jacobian."""

    wall: float
    processor: float


def now() -> Taken:
    return Taken(time.perf_counter(), time.process_time())


class Autograd:
    """The rows of J from transformers."""

    def __init__(self, folder: Path, layer: int, position: int, ids: list[int], device: str) -> None:
        self.model = peers.load(folder).requires_grad_(False).to(device)
        self.block, self.position = peers.blocks_of(self.model)[layer], position
        self.ids = torch.tensor([ids], device=device)
        self.width = self.model.config.hidden_size

    def run(self, copies: int) -> tuple[Tensor, Tensor]:
        """h, a leaf [copies, width], and z of the same shape."""
        found: dict[str, Tensor] = {}

        def leaf(_module: torch.nn.Module, _arguments: tuple, out: Tensor | tuple) -> Tensor | tuple:
            state = peers.first(out).clone()
            found["h"] = state[:, self.position].clone().requires_grad_()
            state[:, self.position] = found["h"]
            return (state, *out[1:]) if isinstance(out, tuple) else state

        def end(_module: torch.nn.Module, arguments: tuple[Tensor, ...]) -> None:
            found["z"] = arguments[0][:, -1]
        backbone = self.model.backbone if hasattr(self.model, "backbone") else self.model.gpt_neox
        norm = backbone.norm_f if hasattr(backbone, "norm_f") else backbone.final_layer_norm
        handles = [self.block.register_forward_hook(leaf), norm.register_forward_pre_hook(end)]
        try:
            self.model(self.ids.expand(copies, -1), use_cache=False, logits_to_keep=1)
        finally:
            for handle in handles:
                handle.remove()
        return found["h"], found["z"]

    def one(self, rows: list[int]) -> tuple[Taken, Tensor]:
        """What all rows take, from what some do, and these."""
        def row(z: Tensor, h: Tensor, i: int) -> Tensor:
            return torch.autograd.grad(z[0, i], h, retain_graph=True)[0][0]
        return self.timed(rows, 1, lambda z, h, some: torch.stack([row(z, h, i) for i in some]))

    def vmap(self, rows: list[int]) -> tuple[Taken, Tensor]:
        def batch(z: Tensor, h: Tensor, some: list[int]) -> Tensor:
            wanted = torch.nn.functional.one_hot(torch.tensor(some, device=z.device), self.width).to(z.dtype)
            return torch.autograd.grad(z[0], h, wanted, retain_graph=True, is_grads_batched=True)[0][:, 0]
        return self.timed(rows[:BATCH], 1, batch)

    def copies(self, rows: list[int]) -> tuple[Taken, Tensor]:
        def batch(z: Tensor, h: Tensor, some: list[int]) -> Tensor:
            wanted = torch.nn.functional.one_hot(torch.tensor(some, device=z.device), self.width).to(z.dtype)
            return torch.autograd.grad(z, h, wanted, retain_graph=True)[0]
        return self.timed(rows[:BATCH], len(rows[:BATCH]), batch)

    def timed(self, rows: list[int], copies: int,
              compute: Callable[[Tensor, Tensor, list[int]], Tensor]) -> tuple[Taken, Tensor]:
        begin = now()
        h, z = self.run(copies)
        z.cpu()  # waits for the device
        recorded = now()
        found = compute(z, h, rows).cpu()
        end = now()
        calls = self.width / len(rows)
        return Taken(*(b - a + (c - b) * calls for a, b, c in zip(begin, recorded, end, strict=True))), found


def differ(found: Tensor, expected: Tensor, largest: float) -> float:
    return float((found - expected).abs().max()) / largest


def compare(options: argparse.Namespace, engine: Process, ids: list[int], rows: list[int]) -> bool:
    """In turns: one Jacobian of the engine, some of its rows in each of the other ways."""
    autograd = Autograd(options.checkpoint, options.layer, options.position, ids, options.device)
    ways = {"one": autograd.one, "vmap": autograd.vmap, "copies": autograd.copies}
    taken: dict[str, list[Taken]] = {name: [] for name in [*ways, "engine"]}
    apart, off = dict.fromkeys(ways, 0.0), 0.0
    for way in ways.values():
        way(rows[:2])  # warm-up
    for number in range(options.rounds):
        answer = engine.ask("jacobian " + ",".join(str(row) for row in rows))
        taken["engine"].append(Taken(answer["seconds"], answer["processor"]))
        expected = torch.tensor(answer["rows"])
        for name, way in ways.items():
            whole, found = way(rows)
            taken[name].append(whole)
            apart[name] = max(apart[name], differ(found, expected[:len(found)], answer["largest"]))
        off = float((expected - torch.eye(autograd.width)[rows]).abs().max())
        print(f"  round {number}: " + ", ".join(
            f"{name} {times[-1].wall:.3f} s (of the processor {times[-1].processor:.3f} s)"
            for name, times in taken.items()) + f"; load average {os.getloadavg()[0]:.1f}", flush=True)
    for noun, part in (("wall-clock", 0), ("of the processor", 1)):
        medians = {name: statistics.median(one[part] for one in times) for name, times in taken.items()}
        print(f"  {noun}: " + ", ".join(f"{name} {of:.4g} s ({of / medians['engine']:.1f} ×)"
                                        for name, of in medians.items()))
    print(f"  estimated from {len(rows)} rows (one) and {len(rows[:BATCH])} (vmap, copies) of {autograd.width}")
    print(f"  rows differ, of J's largest entry ({answer['largest']:.2e}), by at most: "
          + ", ".join(f"{name} {by:.1e}" for name, by in apart.items()))
    if answer["largest"] == 0 or off == 0:
        print("J is zero or the identity: the rows say nothing", file=sys.stderr)
        return False
    if not all(by < AGREE for by in apart.values()):
        print("the rows do not agree", file=sys.stderr)
        return False
    return True


def check_differences(options: argparse.Namespace, engine: Process) -> bool:
    answer = engine.ask(f"differences {options.finite_differences}")
    print(f"  J v is {answer['relative']:.1e} of its largest entry ({answer['largest']:.1e}, where z has "
          f"{answer['end']:.1e}) from central differences, {options.finite_differences} directions")
    if not answer["relative"] < LINEAR[options.dtype]:
        print("J is not what differences say", file=sys.stderr)
        return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", type=Path, required=True, help="the program bench_jacobian")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="f32", choices=list(LINEAR), help="of the engine; transformers has f32")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--layer", type=int, help="h is the output of this block; the middle one if not said")
    parser.add_argument("--position", type=int, default=12, help=f"the token of h, of {TOKENS}")
    parser.add_argument("--sample", type=int, default=48, help="rows of J that transformers computes; 0: leave it out")
    parser.add_argument("--finite-differences", type=int, default=0, help="directions along which J is checked")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    config = json.loads((options.checkpoint / "config.json").read_text())
    if options.layer is None:
        options.layer = config["num_hidden_layers"] // 2
    ids = torch.randint(2, 50000, (TOKENS,), generator=torch.Generator().manual_seed(1)).tolist()
    rows = torch.randperm(config["hidden_size"], generator=torch.Generator().manual_seed(1))[:options.sample].tolist()
    engine = Process(options.bench, options.checkpoint, options.device, options.dtype, options.threads, options.layer,
                     options.position, ",".join(str(i) for i in ids))
    print(f"{options.checkpoint.name}, {options.dtype}, {options.device}, one Jacobian behind layer {options.layer}, "
          f"token {options.position} of {TOKENS}, {options.threads} thread(s):", flush=True)
    first = engine.ask("jacobian 0")  # writes oneDNN's programs
    again = [engine.ask("jacobian 0") for _ in range(options.rounds)]
    print(f"  the engine alone: first {first['seconds']:.3f} s, then "
          f"{statistics.median(answer['seconds'] for answer in again):.3f} s (of the processor "
          f"{statistics.median(answer['processor'] for answer in again):.3f} s); peak "
          f"{engine.ask('memory -')['bytes'] / 2**30:.2f} GiB with the weights", flush=True)
    good = True
    if options.finite_differences:
        good = check_differences(options, engine)
    if options.sample:
        good = compare(options, engine, ids, rows) and good
    engine.end()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
