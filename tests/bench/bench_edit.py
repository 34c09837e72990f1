# SPDX-License-Identifier: GPL-3.0-or-later
"""The search for ROME's value beside the plain way in transformers: every step runs the whole network on all prompts and
asks autograd for the gradient by δ, added with a hook. Random checkpoints; the losses of all steps are compared.

    python3 bench_edit.py --bench BENCH_EDIT --checkpoint FOLDER [--threads N] [--rounds N] [--layer N] [--steps N]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

import torch
import transformers
from torch import Tensor

import peers
from engine import Process

PROMPTS, TOKENS, SUBJECT, ESSENCE = 8, 20, 12, 15  # rewrites and their tokens; where δ is; tokens of the essence prompt
TARGET = 4321
RATE, DECAY, KL, CLAMP = 0.5, 0.5, 0.0625, 3.0
AGREE = 2e-3  # of the largest loss: two programs round differently, and Adam's first steps see signs only


class Plain:
    """The loop of the authors' code, all rows padded to one length in one batch."""

    def __init__(self, folder: Path, layer: int, steps: int, rows: Tensor) -> None:
        self.model = peers.load(folder).requires_grad_(False)
        block = peers.blocks_of(self.model)[layer]
        self.module = block.mixer if hasattr(block, "mixer") else block.mlp
        self.rows, self.steps = rows, steps

    def logits(self, delta: Tensor, seen: list[Tensor]) -> Tensor:
        def add(_module: torch.nn.Module, _arguments: tuple, out: Tensor) -> Tensor:
            seen.append(out[0, SUBJECT].detach().clone())
            out = out.clone()
            out[:, SUBJECT] += delta
            return out
        handle = self.module.register_forward_hook(add)
        try:
            return self.model(self.rows, use_cache=False).logits
        finally:
            handle.remove()

    def search(self) -> list[float]:
        delta = torch.zeros(self.model.config.hidden_size, requires_grad=True)
        adam = torch.optim.Adam([delta], lr=RATE)
        losses: list[float] = []
        before: Tensor | None = None
        norm = 0.0
        for step in range(self.steps):
            seen: list[Tensor] = []
            logits = self.logits(delta, seen)
            now = torch.log_softmax(logits[-1, SUBJECT], dim=-1)
            if before is None:
                before, norm = now.detach(), float(seen[0].norm())
            said = torch.log_softmax(logits[:-1, -1], dim=-1)[:, TARGET]
            loss = (-said.mean() + KL * (now.exp() * (now - before)).sum() + DECAY * delta.norm() / norm**2)
            losses.append(loss.item())
            if step == self.steps - 1:
                break
            adam.zero_grad()
            loss.backward()
            adam.step()
            with torch.no_grad():
                if delta.norm() > CLAMP * norm:
                    delta.mul_(CLAMP * norm / delta.norm())
        return losses


def draw_rows() -> tuple[Tensor, list[str]]:
    """The batch, right-padded, and the same for the engine."""
    rows = torch.randint(2, 50000, (PROMPTS + 1, TOKENS), generator=torch.Generator().manual_seed(1))
    texts = [row.tolist() for row in rows[:-1]] + [rows[-1, :ESSENCE].tolist()]
    return rows, [",".join(str(i) for i in row) for row in texts]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", type=Path, required=True, help="the program bench_edit")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--layer", type=int, default=12)
    parser.add_argument("--steps", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    rows, texts = draw_rows()
    plain = Plain(options.checkpoint, options.layer, options.steps, rows)
    matrix = "W_o" if hasattr(plain.model, "backbone") else "W_down"
    engine = Process(options.bench, options.checkpoint, "f32", options.threads, matrix, options.layer, options.steps,
                     TARGET, SUBJECT, *texts)
    engine.ask("edit")  # the first one writes oneDNN's programs
    seconds: dict[str, list[float]] = {"plain": [], "engine": []}
    processor: dict[str, list[float]] = {"plain": [], "engine": []}
    apart = 0.0
    for _ in range(options.rounds):
        answer = engine.ask("edit")
        begin, worked = time.perf_counter(), time.process_time()
        losses = plain.search()
        seconds["plain"].append(time.perf_counter() - begin)
        processor["plain"].append(time.process_time() - worked)
        seconds["engine"].append(answer["seconds"])
        processor["engine"].append(answer["processor"])
        apart = max(apart, max(abs(a - b) for a, b in zip(losses, answer["losses"], strict=True)) / max(losses))
        print(f"  {seconds['plain'][-1]:.2f} s beside {seconds['engine'][-1]:.3f} s, of the processor "
              f"{processor['plain'][-1]:.2f} s beside {processor['engine'][-1]:.3f} s; loss {losses[0]:.4f} to "
              f"{losses[-1]:.4f}, {answer['losses'][-1]:.4f}", flush=True)
    engine.end()
    slow, fast = (statistics.median(times) for times in seconds.values())
    work, less = (statistics.median(times) for times in processor.values())
    print(f"{options.checkpoint.name}, {matrix} of layer {options.layer}, {options.steps} steps, {PROMPTS} prompts of "
          f"{TOKENS} tokens, {options.threads} thread(s): transformers {slow:.2f} s, engine {fast:.3f} s, "
          f"{slow / fast:.1f} × (of the processor {work / less:.1f} ×); losses differ by at most {apart:.1e}")
    if not apart < AGREE:
        print("the losses do not agree", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
