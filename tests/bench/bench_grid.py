# SPDX-License-Identifier: GPL-3.0-or-later
"""Times whole grids of patched runs (layers × tokens) several ways, in turns, on the same checkpoint and with the same
number of threads, compares the numbers, and prints a table for RESULTS.md:

    one        transformers with forward hooks, one cell at a time: how it is usually done
    batch      the same, all cells of one layer as one batch
    tuned      batch with float32_matmul_precision "medium" and the last token's logits only
    nnsight    one trace per cell, where nnsight is installed (h only)
    reference  the reference of our own tests: one run at a time in double (h only)
    engine     bench_grid.cpp: one plan

A round runs each once, so that whatever else the machine does hits all alike; medians over the rounds. Every cell costs
the Python programs the same, so they may be timed on some cells, drawn with a fixed seed, and scaled: what is estimated
is marked ≈. The clean run that states are taken from is timed as the engine's and the reference's only.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path

import torch
import transformers

import peers
from ways import AGREE, Bench, Measured, Way, agree, relative, run_rounds

WINDOW = 10
WINDOW_CELLS = 24  # that the peers compute of a windowed site
PEERS = ["one", "batch", "tuned", "nnsight", "reference"]
HEAD = ["model", "T", "threads", "sites", *PEERS, "engine", "× h alone", "GFLOP/s", "of peak", "outside products",
        "first grid"]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True, help="the program bench_grid")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=12)
    parser.add_argument("--sample", type=int, default=0,
                        help=f"cells that the peers compute of each grid; 0: all of h, {WINDOW_CELLS} of other sites")
    parser.add_argument("--brief", action="store_true", help="h and the plan of all kinds, not each kind by itself")
    parser.add_argument("--bf16", action="store_true", help="also the engine in bfloat16, with its error")
    options = parser.parse_args()
    if options.tokens < 5 or options.rounds < 1 or options.threads < 1 or options.sample < 0:
        parser.error("--tokens starts at 5, --rounds and --threads at 1, --sample at 0")
    if not (options.checkpoint / "config.json").exists():
        parser.error(f"{options.checkpoint} is no checkpoint; make_bench_checkpoint.py makes one")
    return options


def row(bench: Bench, sites: str, ways: dict[str, Way], more: dict[str, str]) -> str:
    engine = ways["engine"].seconds()
    known = {"model": bench.options.checkpoint.name, "T": str(bench.options.tokens),
             "threads": str(bench.options.threads), "sites": sites, "engine": f"{engine:.4g} s",
             **{name: ways[name].text(engine) for name in PEERS if name in ways}, **more}
    return "| " + " | ".join(known.get(name, "–") for name in HEAD) + " |"


def measure_h(bench: Bench) -> tuple[str, bool]:
    """The row of h, and whether all agree."""
    print("h, every layer by itself", flush=True)
    first = bench.engine.grid("h:1")
    ways = {**bench.hook_ways("h", 1, 0), **bench.other_ways(), "engine": bench.engine_way("h:1", warm=True)}
    ways["parts"] = bench.engine_way("h:1", what="parts")
    peaks: list[float] = []

    def products() -> Measured:
        peaks.append(bench.engine.peak())
        return Measured(bench.engine.products("h:1"), {})
    alone = Way(products)
    run_rounds({**ways, "products alone": alone}, bench.options.rounds)
    seconds, peak = ways["engine"].seconds(), max(peaks)
    rate, outside = first.flops / seconds / 1e9, 1 - alone.seconds() / seconds
    print(f"  {first.rows} row-layers, {first.flops / 1e9:.0f} GFLOP with the head; peak {peak:.0f} GFLOP/s, the "
          f"best product of this run; outside matrix products (products timed alone): {outside:.0%}")
    print(f"  in the parts in which a window asks for it: {ways['parts'].seconds() / seconds:.2f} times the plan at once")
    more = {"× h alone": "1", "GFLOP/s": f"{rate:.0f}", "of peak": f"{rate / peak:.0%}",
            "outside products": f"{outside:.0%}", "first grid": f"{first.seconds / seconds:.2f} ×"}
    return row(bench, "h", ways, more), agree(ways)


def measure_window(bench: Bench, site: str) -> tuple[str, bool]:
    print(f"{site}, window {WINDOW}", flush=True)
    h, ways = bench.engine_way("h:1", warm=True), bench.hook_ways(site, WINDOW, WINDOW_CELLS)
    ways["engine"] = bench.engine_way(f"{site}:{WINDOW}")
    run_rounds({**ways, "engine's h": h}, bench.options.rounds)
    times = ways["engine"].seconds() / h.seconds()
    return row(bench, f"{site}, window {WINDOW}", ways, {"× h alone": f"{times:.2f}"}), agree(ways)


def measure_all(bench: Bench, sites: list[str]) -> tuple[str, bool]:
    """h and every windowed site as one plan, whose runs share the base runs."""
    print(f"h plus {', '.join(sites)} with window {WINDOW}, one plan", flush=True)
    plan = ",".join(["h:1", *(f"{site}:{WINDOW}" for site in sites)])
    h, all_sites = bench.engine_way("h:1", warm=True), bench.engine_way(plan)
    run_rounds({"engine": all_sites, "engine's h": h}, bench.options.rounds)
    times, off = all_sites.seconds() / h.seconds(), relative(all_sites.rounds[-1], h.rounds[-1])
    print(f"  {times:.2f} times h alone; its h differs from h alone by {off:.1e}")
    return row(bench, f"h + {' '.join(sites)}", {"engine": all_sites}, {"× h alone": f"{times:.2f}"}), off < AGREE


def measure_bf16(bench: Bench) -> str:
    worth = "" if has_bf16() else ": without bf16 instructions only the error means anything"
    print(f"h, bfloat16 beside f32{worth}", flush=True)
    engine = bench.start("bf16")
    ways = {"bf16": bench.engine_way("h:1", engine), "f32": bench.engine_way("h:1", warm=True)}
    run_rounds(ways, bench.options.rounds)
    peak = engine.peak()
    engine.end()
    half, full = (way.rounds[-1] for way in ways.values())
    values = list(full.p.values())
    apart = max(abs(half.p[cell] - full.p[cell]) for cell in full.p)
    times = ways["bf16"].seconds() / ways["f32"].seconds()
    print(f"  {times:.2f} times f32's seconds, peak {peak:.0f} GFLOP/s; largest difference from f32: "
          f"{relative(half, full):.1e} of the cell, {apart / (max(values) - min(values)):.1e} of their range")
    return row(bench, "h, bf16", {"engine": ways["bf16"]}, {"× h alone": f"{times:.2f}"})


def processor() -> tuple[str, list[str]]:
    """Its name, and what it has of the instructions that matter."""
    file = Path("/proc/cpuinfo")
    lines = (line.partition(":") for line in (file.read_text().splitlines() if file.exists() else []))
    cpu = {key.strip(): value.strip() for key, _, value in lines}
    flags = cpu.get("flags", "").split()
    return (cpu.get("model name", platform.processor()),
            [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in flags])


def has_bf16() -> bool:
    return any("bf16" in flag for flag in processor()[1])


def print_setting(bench: Bench) -> None:
    options, (cpu, instructions) = bench.options, processor()
    print(f"{options.checkpoint.name}: {bench.layers} layers × {options.tokens} tokens = {bench.cells} cells, f32, "
          f"{options.threads} thread(s), {bench.parameters / 1e6:.0f} million parameters\n"
          f"{cpu}, {os.cpu_count()} cores, {' '.join(instructions)}: {'has' if has_bf16() else 'has no'} bf16 "
          f"instructions; load average {os.getloadavg()[0]:.1f}\n"
          f"torch {torch.__version__}, transformers {transformers.__version__}, nnsight: "
          f"{peers.nnsight.__version__ if peers.nnsight else 'not installed'}", flush=True)
    if not bench.has_reference:
        print(f"reference: left out, its weights in double would take {8 * bench.parameters / 2**30:.0f} GiB")


def main() -> int:
    options = arguments()
    torch.set_num_threads(options.threads)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    bench = Bench(options)
    print_setting(bench)
    sites = ["s", "g", "o"] if hasattr(bench.model, "backbone") else ["attn", "mlp"]
    with torch.inference_mode():
        found = [measure_h(bench)]
        found += [] if options.brief else [measure_window(bench, site) for site in sites]
        found.append(measure_all(bench, sites))
        rows = [line for line, _ in found] + ([measure_bf16(bench)] if options.bf16 else [])
    bench.engine.end()
    print("\n| " + " | ".join(HEAD) + " |\n" + "|---" * len(HEAD) + "|\n" + "\n".join(rows) + "\n")
    if not all(agreed for _, agreed in found):
        print("the grids do not agree, or say nothing", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
