# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python programs that the engine is measured against: transformers with forward hooks, and nnsight."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

import torch
import transformers
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

try:
    import nnsight
except ImportError:
    nnsight = None

Change = Callable[[Tensor], None]  # of a state [batch, token, width], in place

# Where a site lies in a block of transformers; s is worked out in `tap_scan`, block_in in `tap_input`.
MODULES = {"h": "", "o": "mixer", "g": "mixer.in_proj", "attn": "attention", "mlp": "mlp"}


def load(folder: Path) -> nn.Module:
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def blocks_of(model: Any) -> Any:
    return model.backbone.layers if hasattr(model, "backbone") else model.gpt_neox.layers


def first(out: Tensor | tuple) -> Tensor:
    return out[0] if isinstance(out, tuple) else out


class Hooked:
    """Grids by forward hooks. A cell is numbered layer × tokens + token."""

    def __init__(self, model: nn.Module, target: int) -> None:
        self.model = model
        self.blocks: list[nn.Module] = list(blocks_of(model))
        self.target = target

    def probability(self, ids: Tensor, **options: int) -> Tensor:
        return torch.softmax(self.model(ids, use_cache=False, **options).logits[:, -1], dim=-1)[:, self.target]

    def states(self, ids: Tensor, site: str) -> list[Tensor]:
        """The states [token, width] of every layer."""
        found: list[Tensor] = []
        with self.tapped({layer: lambda state: found.append(state[0].clone()) for layer in range(len(self.blocks))},
                         site):
            self.probability(ids)
        return found

    def cells(self, ids: Tensor, states: list[Tensor], site: str, window: int, which: list[int]) -> Tensor:
        """One forward pass per cell."""
        def one(cell: int) -> Tensor:
            layer, token = divmod(cell, ids.shape[1])

            def put(source: Tensor) -> Change:
                def change(state: Tensor) -> None:
                    state[0, token] = source[token]
                return change
            with self.tapped({i: put(states[i]) for i in self.window(layer, window)}, site):
                return self.probability(ids)[0]
        return torch.stack([one(cell) for cell in which])

    def layers(self, ids: Tensor, states: list[Tensor], site: str, window: int, which: list[int],
               **options: int) -> Tensor:
        """One forward pass per layer, its tokens' cells as a batch."""
        every = torch.arange(ids.shape[1])

        def put(source: Tensor) -> Change:
            def change(state: Tensor) -> None:
                state[every, every] = source
            return change

        def one(layer: int) -> Tensor:
            with self.tapped({i: put(states[i]) for i in self.window(layer, window)}, site):
                return self.probability(ids.expand(len(every), -1), **options)
        return torch.cat([one(layer) for layer in which])

    def window(self, layer: int, size: int) -> range:
        begin = layer - size // 2
        return range(max(0, begin), min(len(self.blocks), begin + size))

    @contextmanager
    def tapped(self, changes: dict[int, Change], site: str) -> Iterator[None]:
        handles = [handle for layer, change in changes.items() for handle in tap(self.blocks[layer], site, change)]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()


def tap(block: nn.Module, site: str, change: Change) -> list[RemovableHandle]:
    if site == "s":
        return tap_scan(block, change)
    if site == "block_in":
        return tap_input(block, change)

    def hook(_module: nn.Module, _arguments: tuple, out: Tensor | tuple) -> None:
        # Of g the part before SiLU is what a hook can reach; one is a function of the other.
        change(first(out).chunk(2, dim=-1)[1] if site == "g" else first(out))
    return [block.get_submodule(MODULES[site]).register_forward_hook(hook)]


def tap_scan(block: nn.Module, change: Change) -> list[RemovableHandle]:
    """No module gives s: the output projection takes s times the gate, and the input projection gives the gate."""
    gate: list[Tensor] = []

    def keep(_module: nn.Module, _arguments: tuple, out: Tensor) -> None:
        gate[:] = [nn.functional.silu(out.chunk(2, dim=-1)[1])]

    def hook(_module: nn.Module, arguments: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        state = arguments[0] / gate[0]
        change(state)
        return (state * gate[0],)
    return [block.mixer.in_proj.register_forward_hook(keep), block.mixer.out_proj.register_forward_pre_hook(hook)]


def tap_input(block: nn.Module, change: Change) -> list[RemovableHandle]:
    """What the block of Mamba reads, and not the residual that passes beside it: a copy of the norm's argument."""
    def hook(_module: nn.Module, arguments: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        state = arguments[0].clone()
        change(state)
        return (state, *arguments[1:])
    return [block.norm.register_forward_pre_hook(hook)]


class Nnsight:
    """One trace per cell of h, with one assignment to a block's output."""

    def __init__(self, model: nn.Module, target: int) -> None:
        shared = {id(tensor): tensor for tensor in [*model.parameters(), *model.buffers()]}
        # A copy with the same weights, since wrapping a model changes it.
        self.model = nnsight.NNsight(copy.deepcopy(model, shared))
        self.blocks = blocks_of(self.model)
        self.target = target

    def cells(self, ids: Tensor, states: list[Tensor], which: list[int]) -> Tensor:
        return torch.stack([self.cell(ids, states, *divmod(cell, ids.shape[1])) for cell in which])

    def cell(self, ids: Tensor, states: list[Tensor], layer: int, token: int) -> Tensor:
        source = states[layer][token]
        with self.model.trace(ids, use_cache=False):
            self.blocks[layer].output[0, token] = source
            logits = self.model.output.logits[:, -1].save()
        return torch.softmax(logits[0], dim=-1)[self.target]
