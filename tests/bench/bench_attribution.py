# SPDX-License-Identifier: GPL-3.0-or-later
"""Integrated edge attribution (METHODS.md §7.7) of pairs of prompts that differ in one token, beside the plain loop in
transformers: for every α hooks move the inputs of all blocks and of the last norm towards the corrupted run's, by
α Σ (out_corrupt − out) with the outs of the same pass in autograd's graph, and the slopes of the normalised logit
difference at these inputs are multiplied with out_corrupt − out. Random checkpoints of Mamba; the sums over pairs and
tokens are compared.

- one: a pair at a time
- batch: as many pairs at a time as suit the loop best; the authors take 30

Both are favourable forms: weights want no gradient, only the last token's logits are made, the sum over i is kept from
block to block, and one matrix product gives all edges of a point.

    python3 bench_attribution.py --bench BENCH_ATTRIBUTION --checkpoint FOLDER [--threads N] [--rounds N] [--pairs N]
        [--points N] [--batches N,N] [--sample PAIRS] [--device cuda] [--dtype f64] [--on-cpu]
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, NamedTuple

import torch
import transformers
from torch import Tensor, nn

import peers
from engine import Process

TOKENS = 20
PLACES = (3, 5, 7, 13, 15)  # of the token that differs, in turns: where names stand in the authors' prompts
AGREE = 1e-3                # attributions may differ by that much of the largest one


class Pairs(NamedTuple):
    clean: Tensor    # ids [pair, token]
    corrupt: Tensor
    answers: Tensor  # ids [pair, 2]: the clean prompt's, the corrupted one's

    def some(self, begin: int, end: int) -> Pairs:
        return Pairs(*(part[begin:end] for part in self))


class Pass(NamedTuple):
    inputs: list[Tensor]  # of the blocks and the last norm [pair, token, width], as patched
    outs: list[Tensor]    # of the embedding and the blocks
    logits: Tensor        # at the end [pair, vocabulary]

    def differences(self, answers: Tensor) -> Tensor:
        answer, other = self.logits.gather(1, answers).unbind(1)
        return answer - other


class Found(NamedTuple):
    edges: Tensor   # [source, destination], summed over pairs and tokens, averaged over the points
    metric: Tensor  # [point], mean over pairs


class Taken(NamedTuple):
    """Seconds of all pairs."""

    wall: float
    processor: float


def now() -> Taken:
    return Taken(time.perf_counter(), time.process_time())


class Loop:
    """The loop of the authors' code, of one batch after the other."""

    def __init__(self, folder: Path, points: int, device: str) -> None:
        self.model = peers.load(folder).requires_grad_(False).to(device)
        self.alphas = [k / (points - 1) for k in range(points)]

    @contextmanager
    def tapped(self, corrupt: list[Tensor] | None, alpha: float, inputs: list[Tensor],
               outs: list[Tensor]) -> Iterator[None]:
        backbone = self.model.backbone
        apart: list[Tensor] = []  # Σ (out_corrupt − out) so far

        def added(_module: nn.Module, _arguments: tuple, out: Tensor) -> Tensor:
            if corrupt and not outs:
                out = out.detach().requires_grad_()  # else nothing would be recorded
            outs.append(out)
            if corrupt:
                step = corrupt[len(outs) - 1] - out
                apart[:] = [apart[0] + step if apart else step]
            return out

        def read(_module: nn.Module, arguments: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
            inputs.append(arguments[0] + alpha * apart[0] if corrupt else arguments[0])
            return (inputs[-1], *arguments[1:])
        handles = [module.register_forward_hook(added)
                   for module in (backbone.embeddings, *(block.mixer for block in backbone.layers))]
        handles += [norm.register_forward_pre_hook(read)
                    for norm in (*(block.norm for block in backbone.layers), backbone.norm_f)]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def run(self, ids: Tensor, corrupt: list[Tensor] | None = None, alpha: float = 0) -> Pass:
        """@param corrupt outs of the corrupted run; none: nothing is patched, and nothing recorded"""
        inputs: list[Tensor] = []
        outs: list[Tensor] = []
        with torch.set_grad_enabled(corrupt is not None), self.tapped(corrupt, alpha, inputs, outs):
            logits = self.model(ids, use_cache=False, logits_to_keep=1).logits[:, -1]
        return Pass(inputs, outs, logits)

    def attribute(self, pairs: Pairs, alphas: list[float]) -> Found:
        corrupt = self.run(pairs.corrupt)
        low = corrupt.differences(pairs.answers)
        span = (self.run(pairs.clean).differences(pairs.answers) - low).abs()
        edges: Tensor | float = 0.0
        metrics: list[Tensor] = []
        for alpha in alphas:
            patched = self.run(pairs.clean, corrupt.outs, alpha)
            metric = (patched.differences(pairs.answers) - low) / span
            slopes = torch.autograd.grad(metric.sum(), patched.inputs)
            steps = torch.stack([there - out.detach() for there, out in zip(corrupt.outs, patched.outs, strict=True)])
            edges = edges + torch.mm(steps.flatten(1), torch.stack(slopes).flatten(1).T) / len(alphas)
            metrics.append(metric.detach().sum())
        return Found(edges.triu(), torch.stack(metrics))

    def all(self, pairs: Pairs, batch: int) -> Found:
        count = len(pairs.clean)
        parts = [self.attribute(pairs.some(begin, begin + batch), self.alphas) for begin in range(0, count, batch)]
        return Found(sum(part.edges for part in parts).cpu(), sum(part.metric for part in parts).cpu() / count)

    def best(self, pairs: Pairs, batches: list[int]) -> int:
        """The size whose pairs are the fastest, by one point of one batch each."""
        taken: dict[int, float] = {}
        for batch in batches:
            some = pairs.some(0, batch)
            times: list[float] = []
            for _ in range(2):
                begin = time.perf_counter()
                self.attribute(some, [0.5]).edges.cpu()  # waits for the device
                times.append(time.perf_counter() - begin)
            taken[batch] = min(times) / len(some.clean)
        print("  a pair's seconds, one point: " + ", ".join(f"{each:.3f} in batches of {batch}"
                                                          for batch, each in taken.items()), flush=True)
        return min(taken, key=taken.__getitem__)


def draw(loop: Loop, count: int, device: str) -> Pairs:
    """Random ids; every second pair is the one before, swapped. Their answers are the tokens whose logits the model
    moves the furthest apart: between any others the difference of a random model is mostly rounding."""
    generator = torch.Generator().manual_seed(1)
    clean = torch.randint(2, 50000, (count // 2, TOKENS), generator=generator)
    corrupt = clean.clone()
    for i in range(count // 2):
        place = PLACES[i % len(PLACES)]
        while corrupt[i, place] == clean[i, place]:
            corrupt[i, place] = torch.randint(2, 50000, (1,), generator=generator)
    clean, corrupt = clean.to(device), corrupt.to(device)
    moved = loop.run(clean).logits[:, :50000] - loop.run(corrupt).logits[:, :50000]
    answers = torch.stack([moved.argmax(dim=1), moved.argmin(dim=1)], dim=1)
    return Pairs(torch.stack([clean, corrupt], dim=1).flatten(0, 1), torch.stack([corrupt, clean], dim=1).flatten(0, 1),
                 torch.stack([answers, answers.flip(1)], dim=1).flatten(0, 1))


def start(options: argparse.Namespace, pairs: Pairs, device: str) -> Process:
    rows = [",".join(str(i) for i in part.flatten().tolist()) for part in (pairs.answers, pairs.clean, pairs.corrupt)]
    return Process(options.bench, options.checkpoint, device, options.dtype, options.threads, TOKENS, *rows)


def found_in(answer: dict) -> Found:
    """Sources are all nodes but the output, destinations all but the embedding."""
    return Found(torch.tensor(answer["edges"], dtype=torch.float64)[:-1, 1:], torch.tensor(answer["metric"]))


def differ(found: Found, expected: Found) -> float:
    return float((found.edges.double() - expected.edges).abs().max() / expected.edges.abs().max())


def compare(options: argparse.Namespace, loop: Loop, engine: Process, pairs: Pairs) -> bool:
    """In turns: all pairs by the engine, by the loop, and some of them one by one."""
    count = len(pairs.clean)
    batch = loop.best(pairs, options.batches)
    some = pairs.some(0, options.sample or count)
    taken: dict[str, list[Taken]] = {}
    apart, found, expected = 0.0, None, None

    def timed(name: str, run: Callable[[], Found], scale: float = 1) -> Found:
        begin = now()
        got = run()
        taken.setdefault(name, []).append(Taken(*(scale * (b - a) for a, b in zip(begin, now(), strict=True))))
        return got
    for number in range(options.rounds):
        answer = engine.ask(f"attribute {options.points}")
        taken.setdefault("engine", []).append(Taken(answer["seconds"], answer["processor"]))
        expected = found_in(answer)
        found = timed("batch", lambda: loop.all(pairs, batch))
        apart = max(apart, differ(found, expected))
        if options.sample != 0:
            timed("one", lambda: loop.all(some, 1), count / len(some.clean))
        print(f"  round {number}: " + ", ".join(
            f"{name} {times[-1].wall:.3f} s (of the processor {times[-1].processor:.3f} s)"
            for name, times in taken.items()) + f"; load average {os.getloadavg()[0]:.1f}", flush=True)
    for noun, part in (("wall-clock", 0), ("of the processor", 1)):
        medians = {name: statistics.median(one[part] for one in times) for name, times in taken.items()}
        print(f"  {noun}: " + ", ".join(f"{name} {of:.4g} s ({of / medians['engine']:.2f} ×)"
                                        for name, of in medians.items()))
    print(f"  batches of {batch} pairs; one: estimated from {len(some.clean)} of {count} pairs")
    largest = float(expected.edges.abs().max())
    print(f"  edges differ, of the largest attribution ({largest:.2e}), by at most {apart:.1e}; the metric at the "
          "points: " + ", ".join(f"{ours:.4f} ({theirs:.4f})" for ours, theirs in zip(expected.metric, found.metric)))
    return judge(expected, apart)


def judge(found: Found, apart: float) -> bool:
    is_edge = torch.ones_like(found.edges).triu() > 0
    is_edge[0, -1] = False  # the embedding of the last token, which does not differ
    ends = (float(found.metric[0]) - 1, float(found.metric[-1]))
    if not bool((found.edges[is_edge] != 0).all()) or any(abs(end) > AGREE for end in ends):
        print("edges have no attribution, or the metric does not go from 1 to 0: the numbers say nothing",
              file=sys.stderr)
        return False
    if not apart < AGREE:
        print("the attributions do not agree", file=sys.stderr)
        return False
    return True


def check_on_cpu(options: argparse.Namespace, engine: Process, pairs: Pairs) -> bool:
    found = found_in(engine.ask(f"attribute {options.points}"))
    other = start(options, pairs, "cpu")
    apart = differ(found, found_in(other.ask(f"attribute {options.points}")))
    other.end()
    print(f"  edges on the device differ from those on the CPU, of the largest attribution, by at most {apart:.1e}")
    return judge(found, apart)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", type=Path, required=True, help="the program bench_attribution")
    parser.add_argument("--checkpoint", type=Path, required=True, help="of Mamba")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="f32", choices=["f32", "f64"], help="of the engine; transformers has f32")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="0: the engine alone")
    parser.add_argument("--pairs", type=int, default=40, help="half of them the others swapped")
    parser.add_argument("--points", type=int, default=5)
    parser.add_argument("--batches", default="4,10,30", help="pairs that the loop tries at once")
    parser.add_argument("--sample", type=int, default=4, help="pairs that are done one by one; 0: leave it out")
    parser.add_argument("--on-cpu", action="store_true", help="compares the device's numbers with those of the CPU")
    options = parser.parse_args()
    if options.pairs < 2 or options.pairs % 2 or options.points < 2 or options.rounds < 0:
        parser.error("--pairs is even, --pairs and --points start at 2, --rounds at 0")
    options.batches = [int(batch) for batch in options.batches.split(",")]
    return options


def main() -> int:
    options = arguments()
    torch.set_num_threads(options.threads)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    loop_device = options.device if torch.cuda.is_available() else "cpu"
    loop = Loop(options.checkpoint, options.points, loop_device)
    pairs = draw(loop, options.pairs, loop_device)
    engine = start(options, pairs, options.device)
    print(f"{options.checkpoint.name}, {options.dtype}, {options.device}, {options.pairs} pairs of {TOKENS} tokens, "
          f"{options.points} points, {options.threads} thread(s); load average before: {os.getloadavg()[0]:.1f}",
          flush=True)
    first = engine.ask(f"attribute {options.points}")  # writes oneDNN's programs
    again = [engine.ask(f"attribute {options.points}") for _ in range(options.rounds or 3)]
    print(f"  the engine alone, {first['together']} pairs at once: first {first['seconds']:.3f} s, then "
          f"{statistics.median(answer['seconds'] for answer in again):.3f} s (of the processor "
          f"{statistics.median(answer['processor'] for answer in again):.3f} s; the unpatched runs "
          f"{statistics.median(answer['unpatched'] for answer in again):.3f} s); peak "
          f"{engine.ask('memory -')['bytes'] / 2**30:.2f} GiB with the weights", flush=True)
    good = True
    if options.on_cpu:
        good = check_on_cpu(options, engine, pairs)
    if options.rounds:
        good = compare(options, loop, engine, pairs) and good
    engine.end()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
