# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a random checkpoint of the size of a published one, in Hugging Face format. Its activations are tame
(initial deviation 0.02), so that two programs that round differently still agree: with wilder weights the network is
chaotic and no comparison means anything. NAME-wide: as wide as NAME, a few layers.

    python3 make_bench_checkpoint.py NAME FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
import transformers

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))
import tiny_checkpoints as tiny  # noqa: E402


def mamba(width: int, layers: int) -> torch.nn.Module:
    return transformers.MambaForCausalLM(transformers.MambaConfig(
        vocab_size=50280, hidden_size=width, num_hidden_layers=layers, time_step_rank=width // 16,
        initializer_range=0.02))


def pythia(width: int, layers: int, heads: int) -> torch.nn.Module:
    return transformers.GPTNeoXForCausalLM(transformers.GPTNeoXConfig(
        vocab_size=50304, hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads,
        intermediate_size=4 * width, initializer_range=0.02))


MODELS = {
    "mamba-130m": lambda: mamba(768, 24),
    "mamba-370m": lambda: mamba(1024, 48),
    "mamba-1.4b": lambda: mamba(2048, 48),
    "mamba-2.8b": lambda: mamba(2560, 64),
    "mamba-2.8b-wide": lambda: mamba(2560, 4),
    "pythia-2.8b-wide": lambda: pythia(2560, 4, 32),
    "pythia-160m": lambda: pythia(768, 12, 12),
    "pythia-1.4b": lambda: pythia(2048, 24, 16),
}


def main(name: str, folder: Path) -> None:
    torch.manual_seed(0)
    model = MODELS[name]()
    with torch.no_grad():
        for key, parameter in model.named_parameters():  # no parameter keeps a value that a program could leave out
            if "norm" in key and key.endswith("weight"):
                parameter.mul_(1 + 0.2 * torch.randn_like(parameter))
            elif key.endswith("bias") and "dt_proj" not in key:
                parameter.normal_(0, 0.02)
            elif key.endswith("mixer.D"):
                parameter.normal_(1, 0.3)
            elif key.endswith("mixer.conv1d.weight"):
                parameter.normal_(0, 0.3)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tiny.save_tokenizer(folder, tiny.train_tokenizer(), merges_as_text=True)
    print(folder, sum(parameter.numel() for parameter in model.parameters()), "parameters")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in MODELS:
        sys.exit(f"usage: make_bench_checkpoint.py {'|'.join(MODELS)} FOLDER")
    main(sys.argv[1], Path(sys.argv[2]))
