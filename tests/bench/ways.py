# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to compute a grid, timed in turns, and whether their numbers agree."""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor

import peers
from engine import Engine

TARGET = 11
NNSIGHT_CELLS = 24
REFERENCE_CELLS = 3
REFERENCE_PARAMETERS = 5e8  # above this the reference, which holds the weights in double, is left out
AGREE, VARY = 1e-3, 1e-2    # grids may differ by that much, relatively, and cells must by that much


@dataclass
class Measured:
    seconds: float       # of the whole grid
    p: dict[int, float]  # by cell


@dataclass
class Way:
    """A way to compute one grid."""

    run: Callable[[], Measured]
    part: str = ""  # what is timed of it, where that is not the whole
    rounds: list[Measured] = field(default_factory=list)

    def seconds(self) -> float:
        return statistics.median(measured.seconds for measured in self.rounds)

    def text(self, engine: float) -> str:
        return f"{'≈ ' if self.part else ''}{self.seconds():.4g} s ({self.seconds() / engine:.1f} ×)"


def prompts(tokens: int) -> tuple[Tensor, Tensor]:
    """Clean and corrupted: three tokens differ."""
    generator = torch.Generator().manual_seed(1)
    clean = torch.randint(2, 50000, (1, tokens), generator=generator)
    corrupt = clean.clone()
    corrupt[0, 1:4] = torch.randint(2, 50000, (3,), generator=generator)
    return clean, corrupt


@contextmanager
def medium_precision() -> Iterator[None]:
    torch.set_float32_matmul_precision("medium")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision("highest")


class Bench:
    def __init__(self, options: argparse.Namespace, device: str = "cpu") -> None:
        self.options, self.device = options, device
        self.clean, self.corrupt = (ids.to(device) for ids in prompts(options.tokens))
        self.model = peers.load(options.checkpoint).to(device)
        self.hooked = peers.Hooked(self.model, TARGET)
        self.nnsight = peers.Nnsight(self.model, TARGET) if peers.nnsight else None
        self.layers = len(self.hooked.blocks)
        self.cells = self.layers * options.tokens
        self.parameters = sum(parameter.numel() for parameter in self.model.parameters())
        self.has_reference = self.parameters < REFERENCE_PARAMETERS
        self.engine = self.start("f32")

    def start(self, dtype: str) -> Engine:
        return Engine(self.options.bench, self.options.checkpoint, dtype, TARGET, self.options.threads,
                      (self.clean, self.corrupt), self.device)

    def draw(self, of: int, most: int) -> list[int]:
        """At most so many of `of`, and no more than `--sample`; 0 is no limit."""
        limits = [limit for limit in (most, self.options.sample, of) if limit]
        return sorted(random.Random(1).sample(range(of), min(limits)))

    def peer(self, run: Callable[[list[int]], Tensor], units: list[int], cells: int = 1) -> Way:
        """@param units what it computes one by one, each of them so many cells"""
        whole = self.cells // cells

        def timed() -> Measured:
            begin = time.perf_counter()
            p = run(units).cpu()  # waits for the device
            seconds = time.perf_counter() - begin
            numbers = [unit * cells + i for unit in units for i in range(cells)]
            return Measured(seconds * whole / len(units), dict(zip(numbers, p.tolist())))
        run(units[:1])  # warm-up
        noun = "cells" if cells == 1 else "layers"
        return Way(timed, "" if len(units) == whole else f"{len(units)} of {whole} {noun}")

    def hook_ways(self, site: str, window: int, most: int) -> dict[str, Way]:
        """@param most cells that are computed one by one, a layer for every four of them; 0: all"""
        states, tokens = self.hooked.states(self.clean, site), self.options.tokens
        some = self.draw(self.cells, most)
        layers = self.draw(self.layers, 0 if len(some) == self.cells else -(-len(some) // 4))

        def one(which: list[int]) -> Tensor:
            return self.hooked.cells(self.corrupt, states, site, window, which)

        def batch(which: list[int]) -> Tensor:
            return self.hooked.layers(self.corrupt, states, site, window, which)

        def tuned(which: list[int]) -> Tensor:
            with medium_precision():
                return self.hooked.layers(self.corrupt, states, site, window, which, logits_to_keep=1)
        return {"one": self.peer(one, some), "batch": self.peer(batch, layers, tokens),
                "tuned": self.peer(tuned, layers, tokens)}

    def other_ways(self) -> dict[str, Way]:
        """Those that do h only."""
        ways: dict[str, Way] = {}
        if self.nnsight:
            states = self.hooked.states(self.clean, "h")
            ways["nnsight"] = self.peer(lambda which: self.nnsight.cells(self.corrupt, states, which),
                                        self.draw(self.cells, NNSIGHT_CELLS))
        if self.has_reference:
            some = self.draw(self.cells, REFERENCE_CELLS)

            def reference() -> Measured:
                seconds, p = self.engine.reference(some)
                return Measured(seconds * (self.cells + 2), dict(zip(some, p.tolist())))
            ways["reference"] = Way(reference, f"{len(some)} of {self.cells} cells")
        return ways

    def engine_way(self, sites: str, engine: Engine | None = None, warm: bool = False, what: str = "grid") -> Way:
        """@param warm when this grid was computed before: oneDNN writes its programs in the first"""
        def run() -> Measured:
            grid = (engine or self.engine).grid(sites, what)
            return Measured(grid.seconds, dict(enumerate(grid.p[0].tolist())))
        if not warm:
            run()
        return Way(run)


def relative(got: Measured, want: Measured) -> float:
    """The largest difference in the cells that both have."""
    return max(abs(got.p[cell] - want.p[cell]) / want.p[cell] for cell in got.p.keys() & want.p.keys())


def run_rounds(ways: dict[str, Way], rounds: int) -> None:
    for number in range(rounds):
        for way in ways.values():
            way.rounds.append(way.run())
        print(f"  round {number}: " + ", ".join(f"{name} {way.rounds[-1].seconds:.3f} s" for name, way in ways.items())
              + f"; load average {os.getloadavg()[0]:.1f}", flush=True)


def agree(ways: dict[str, Way]) -> bool:
    """Prints how far the engine is from the others; tuned may round more coarsely by design."""
    last = {name: way.rounds[-1] for name, way in ways.items()}
    engine = last.pop("engine")
    off = {name: relative(engine, found) for name, found in last.items()}
    values = engine.p.values()
    spread = (max(values) - min(values)) / statistics.mean(values)
    apart = ", ".join(f"{name} {by:.1e}" for name, by in off.items())
    print(f"  largest relative difference of the engine from: {apart}; the cells vary by {spread:.1e} of their mean")
    parts = ", ".join(f"{name} {way.part}" for name, way in ways.items() if way.part)
    print(f"  estimated from: {parts}" if parts else "  nothing is estimated")
    return spread > VARY and all(by < AGREE for name, by in off.items() if name != "tuned")
