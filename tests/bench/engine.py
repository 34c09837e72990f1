# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine's sides of the benches as processes: a line in, a line of JSON out."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor


@dataclass
class Grid:
    seconds: float
    rows: int
    flops: float
    p: Tensor  # [site, cell]


class Process:
    def __init__(self, *arguments: object) -> None:
        self.process = subprocess.Popen([str(argument) for argument in arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.line()

    def ask(self, what: str) -> dict:
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return json.loads(self.line())

    def line(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args[0]} ended with status {self.process.wait()}; what it says stands above.")
        return line

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()


class Engine(Process):
    def __init__(self, program: Path, checkpoint: Path, dtype: str, target: int, threads: int,
                 prompts: tuple[Tensor, Tensor], device: str = "cpu") -> None:
        ids = [",".join(str(i) for i in row[0].tolist()) for row in prompts]
        super().__init__(program, checkpoint, device, dtype, target, threads, *ids)

    def grid(self, sites: str, what: str = "grid") -> Grid:
        """Of the plan at once, or of "parts"."""
        answer = self.ask(f"{what} {sites}")
        return Grid(answer["seconds"], answer["rows"], answer["flops"], torch.tensor(answer["p"]))

    def products(self, sites: str) -> float:
        """Seconds of a grid's matrix products alone."""
        return self.ask(f"products {sites}")["seconds"]

    def stops(self, sites: str) -> tuple[float, int]:
        """The longest time between two stop checks of a grid, in seconds, and how many there were."""
        answer = self.ask(f"stops {sites}")
        return answer["seconds"], answer["checks"]

    def peak(self) -> float:
        """GFLOP/s of one large matrix product."""
        return self.ask("peak")["gflops"]

    def reference(self, cells: list[int]) -> tuple[float, Tensor]:
        """Seconds of one run, and the cells."""
        answer = self.ask("reference " + ",".join(str(cell) for cell in cells))
        return answer["seconds"], torch.tensor(answer["p"])
