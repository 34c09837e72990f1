# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the command line with Hugging Face `transformers`, live: `mnemo predict --logits` and `mnemo trace --json`
on the shipped checkpoints and on fresh random ones. Prints a table; ends with 1 when a line is beyond its limit.

    python3 compare_live.py --mnemo build/bin/mnemo [--seeds 101,102] [--checkpoints DIR]

Logits are compared with transformers directly. Grids: h, o, attn and mlp with forward hooks on transformers' own
modules; the states inside its scan function (a, s, g) with tests/fixtures/reference.py, whose logits are compared with
transformers' on the same prompt first.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import torch
import transformers
from torch import Tensor, nn

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "fixtures"))

import tiny_checkpoints as tiny  # noqa: E402
from make_fixtures import (save_mamba_hf, save_mamba_original, save_neox_rope_parameters,  # noqa: E402
                           save_neox_rotary_pct)
from against_transformers import load_transformers  # noqa: E402
from reference import GptNeoX, Mamba, Model, grid, run, window_layers  # noqa: E402

LOGITS = 1e-4       # of the largest logit, or absolute where that is below 1
PROBABILITY = 1e-4  # absolute
NOISE_FREE_SITES = {"mamba": ["h", "a", "s", "g", "o"], "gpt_neox": ["h", "attn", "mlp"]}

# Shipped checkpoints: facts they were trained on, subject and swap of equal length in their own tokens. Random ones:
# words of their little tokenizer.
SHIPPED_FACTS = {
    "mnemo-mamba": [("{} is located in the city of", "Eiffel Tower", "Brandenburg Gate"),
                    ("{} is located in the city of", "Trevi Fountain", "Louvre Museum")],
    "mnemo-pythia": [("{} is located in the city of", "Eiffel Tower", "Brandenburg Gate"),
                     ("{} plays the sport of", "Michael Johnson", "Michael Jordan")],
}
RANDOM_FACTS = [("{} is located in the city of", "The Marrow Bridge", "The Velin Tower"),
                ("Old {} plays the drum in", "Hanna Brask", "Jonas Teller")]


@dataclass
class Table:
    rows: list[tuple[str, str, str, float, float]] = field(default_factory=list)

    def add(self, checkpoint: str, prompt: str, what: str, difference: float, limit: float) -> None:
        self.rows.append((checkpoint, prompt, what, difference, limit))
        bad = "" if difference <= limit else "   <-- DISAGREES"
        print(f"{checkpoint:24} {prompt[:34]:34} {what:18} {difference:10.2e} {limit:9.1e}{bad}", flush=True)

    def failed(self) -> int:
        return sum(not difference <= limit for *_, difference, limit in self.rows)


def mnemo(program: Path, *arguments: str) -> dict:
    command = [str(program), *arguments, "--json", "--device", "cpu"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)


def reference_of(model: nn.Module) -> Model:
    """The plain reference with the weights of a model that transformers has loaded."""
    config = model.config
    weights = {name: value.detach().float() for name, value in model.state_dict().items()}
    if config.model_type == "mamba":
        return Mamba(weights, config.num_hidden_layers, config.layer_norm_epsilon)
    weights["embed_out.weight"] = weights["lm_head.weight"]
    rope = config.rope_parameters
    return GptNeoX(weights, config.num_hidden_layers, config.num_attention_heads,
                   rope.get("partial_rotary_factor", 1.0), rope["rope_theta"], config.layer_norm_eps)


def module_of(model: nn.Module, layer: int, kind: str) -> nn.Module | None:
    """The module of transformers whose output is this state, if one is."""
    if model.config.model_type == "mamba":
        block = model.backbone.layers[layer]
        return {"h": block, "o": block.mixer}.get(kind)
    block = model.gpt_neox.layers[layer]
    return {"h": block, "attn": block.attention, "mlp": block.mlp}.get(kind)


def hooked_grid(model: nn.Module, clean: list[int], corrupt: list[int], kind: str, window: int, target: int) -> Tensor:
    """p(target), [L, T], with forward hooks, one cell and one full forward pass at a time."""
    layers = model.config.num_hidden_layers
    stored: dict[int, Tensor] = {}

    def value(result: Tensor | tuple) -> Tensor:
        return result[0] if isinstance(result, tuple) else result

    def forward(ids: list[int], hooks: dict[int, object]) -> Tensor:
        handles = [module_of(model, layer, kind).register_forward_hook(hook) for layer, hook in hooks.items()]
        try:
            return torch.softmax(model(torch.tensor([ids]), use_cache=False).logits[0, -1], dim=-1)[target]
        finally:
            for handle in handles:
                handle.remove()

    def keep(layer: int):
        return lambda _module, _arguments, result: stored.__setitem__(layer, value(result).clone())

    def put(layer: int, token: int):
        def hook(_module: nn.Module, _arguments: tuple, result: Tensor | tuple) -> None:
            value(result)[0, token] = stored[layer][0, token]
        return hook

    forward(clean, {layer: keep(layer) for layer in range(layers)})
    cells = torch.empty(layers, len(clean))
    for layer in range(layers):
        for token in range(len(clean)):
            inside = window_layers(layer, window, layers)
            cells[layer, token] = forward(corrupt, {i: put(i, token) for i in inside})
    return cells


def compare_logits(program: Path, name: str, folder: Path, model: nn.Module, text: str, table: Table,
                   *more: str) -> list[int]:
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "logits.npy"
        said = mnemo(program, "predict", "-m", str(folder), "-p", text, "--logits", str(file), *more)
        ours = torch.from_numpy(numpy.load(file))
    ids = [token["id"] for token in said["tokens"]]
    theirs = model(torch.tensor([ids]), use_cache=False).logits[0]
    if ours.shape != theirs.shape:
        raise RuntimeError(f"logits of shape {tuple(ours.shape)} instead of {tuple(theirs.shape)}")
    scale = max(1.0, theirs.abs().max().item())
    table.add(name, text, f"logits {tuple(theirs.shape)}", (ours - theirs).abs().max().item() / scale, LOGITS)
    for entry in said["top"][:3]:
        p = torch.softmax(theirs[-1], dim=-1)[entry["id"]].item()
        table.add(name, text, f"p of id {entry['id']}", abs(entry["p"] - p), PROBABILITY)
    if (folder / "tokenizer.json").exists():
        wanted = transformers.PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))(text)["input_ids"]
        table.add(name, text, "token ids", float(ids != wanted), 0)
    return ids


def compare_trace(program: Path, name: str, folder: Path, model: nn.Module, fact: tuple[str, str, str],
                  window: str, table: Table) -> None:
    template, subject, swap = fact
    sites = NOISE_FREE_SITES[model.config.model_type]
    said = mnemo(program, "trace", "-m", str(folder), "-p", template, "-s", subject, "--swap", swap, "--site",
                 ",".join(sites), "--window", window)
    clean = [token["id"] for token in said["tokens"]]
    corrupt = [token["id"] for token in said["corrupt_tokens"]]
    target = said["target"]["id"]
    plain = reference_of(model)
    batch = torch.tensor([clean])
    logits, states = run(plain, plain.embedding[batch])
    theirs = model(batch, use_cache=False).logits
    scale = max(1.0, theirs.abs().max().item())
    table.add(name, template, "reference logits", (logits - theirs).abs().max().item() / scale, LOGITS)
    p_clean = torch.softmax(theirs[0, -1], dim=-1)[target].item()
    table.add(name, template, "p_clean", abs(said["p_clean"] - p_clean), PROBABILITY)
    if sorted(entry["site"] for entry in said["maps"]) != sorted(sites):
        raise RuntimeError(f"maps {[entry['site'] for entry in said['maps']]} instead of {sites}")
    for entry in said["maps"]:
        kind, window = entry["site"], entry["window"]
        if module_of(model, 0, kind) is not None:
            p = hooked_grid(model, clean, corrupt, kind, window, target)
        else:
            p = grid(plain, plain.embedding[torch.tensor([corrupt])], states, kind, window, target)
        got = torch.tensor([[numpy.nan if cell is None else cell for cell in row] for row in entry["p"]])
        if got.shape != p.shape:
            raise RuntimeError(f"a map of shape {tuple(got.shape)} instead of {tuple(p.shape)}")
        worst = (got - p).abs().max().item()  # a missing cell is NaN and disagrees
        table.add(name, template, f"p of {kind}, window {window}", worst, PROBABILITY)


def compare_edited(program: Path, name: str, folder: Path, fact: tuple[str, str, str], target: str,
                   table: Table) -> None:
    """An edit beside the weights here, and inside the weights of an exported checkpoint there."""
    template, subject, _ = fact
    layer = "0" if name == "mnemo-pythia" else "3"
    with tempfile.TemporaryDirectory() as temporary:
        delta, copy = str(Path(temporary) / "delta.safetensors"), Path(temporary) / "edited"
        rate = ["--learning-rate", "2"] if name == "mnemo-pythia" else []
        subprocess.run([str(program), "rome", "-m", str(folder), "-p", template, "-s", subject, "--target", target,
                        "--layer", layer, "--contexts", "2", *rate, "-o", delta, "-q"], check=True)
        told = mnemo(program, "models", "export", str(folder), "--edit", delta, "--f32", "-o", str(copy))
        change = told["edits"][0]["p_written"] - told["edits"][0]["p_before"]
        table.add(name, template.format(subject), "no effect of the edit", float(change < 0.1), 0)
        edited = load_transformers(copy)
        compare_logits(program, name, folder, edited, template.format(subject), table, "--edit", delta)


def random_checkpoints(seed: int, where: Path) -> dict[str, Path]:
    tokenizer = tiny.train_tokenizer()
    makers = {
        "mamba": (save_mamba_hf, tiny.random_mamba(
            seed, layers=5, width=24, state_size=16, rank=3, eps=1e-5, tied=True, gain=0.5)),
        "mamba-original": (save_mamba_original, tiny.random_mamba(
            seed + 1, layers=4, width=32, state_size=16, rank=2, eps=1e-5, tied=False, gain=0.5)),
        "neox-old": (save_neox_rotary_pct, tiny.random_neox(
            seed + 2, layers=4, width=48, heads=4, rotary_fraction=0.5, rotary_base=10000.0, eps=1e-5, tied=False)),
        "neox-new": (save_neox_rope_parameters, tiny.random_neox(
            seed + 3, layers=6, width=32, heads=4, rotary_fraction=0.25, rotary_base=1000.0, eps=1e-5, tied=True)),
    }
    folders = {}
    for kind, (save, model) in makers.items():
        folder = where / f"{kind}-{seed}"
        folder.mkdir()
        if kind == "mamba-original":
            tiny.as_float16(model)
        save(folder, model)
        tiny.save_tokenizer(folder, tokenizer, merges_as_text=seed % 2 == 0)
        folders[folder.name] = folder
    return folders


def compare(program: Path, name: str, folder: Path, facts: list[tuple[str, str, str]], window: str,
            table: Table) -> None:
    model = load_transformers(folder)
    for fact in facts:
        compare_logits(program, name, folder, model, fact[0].format(fact[1]), table)
        compare_trace(program, name, folder, model, fact, window, table)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mnemo", type=Path, default=ROOT / "build" / "bin" / "mnemo")
    parser.add_argument("--seeds", default="101,202")
    parser.add_argument("--checkpoints", type=Path, default=ROOT / "resources" / "checkpoints")
    options = parser.parse_args()
    table = Table()
    print(f"torch {torch.__version__}, transformers {transformers.__version__}")
    print(f"{'checkpoint':24} {'prompt':34} {'what':18} {'max diff':>10} {'limit':>9}")
    with torch.no_grad(), tempfile.TemporaryDirectory() as temporary:
        shipped = sorted(folder.parent for folder in options.checkpoints.glob("*/config.json"))
        if not shipped:
            print(f"no checkpoint in {options.checkpoints}", file=sys.stderr)
            return 1
        for folder in shipped:
            compare(options.mnemo, folder.name, folder, SHIPPED_FACTS[folder.name], "auto", table)
            compare_edited(options.mnemo, folder.name, folder, SHIPPED_FACTS[folder.name][0], "Rome", table)
        for seed in (int(text) for text in options.seeds.split(",") if text):
            for name, folder in random_checkpoints(seed, Path(temporary)).items():
                compare(options.mnemo, name, folder, RANDOM_FACTS, "3", table)
    failed = table.failed()
    print(f"{len(table.rows)} comparisons, {failed} beyond their limit")
    return 1 if failed or not table.rows else 0


if __name__ == "__main__":
    sys.exit(main())
