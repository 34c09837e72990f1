# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a random checkpoint the size of mamba-130m or pythia-160m, in Hugging Face format. Its activations are tame
(initial deviation 0.02), so that two programs that round differently still agree: with wilder weights the network is
chaotic and no comparison means anything.

    python3 make_bench_checkpoint.py mamba|gpt_neox FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
import transformers

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))
import tiny_checkpoints as tiny  # noqa: E402


def model_of(architecture: str) -> torch.nn.Module:
    if architecture == "mamba":
        return transformers.MambaForCausalLM(transformers.MambaConfig(
            vocab_size=50280, hidden_size=768, num_hidden_layers=24, time_step_rank=48, initializer_range=0.02))
    return transformers.GPTNeoXForCausalLM(transformers.GPTNeoXConfig(
        vocab_size=50304, hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072,
        initializer_range=0.02))


def main(architecture: str, folder: Path) -> None:
    torch.manual_seed(0)
    model = model_of(architecture)
    with torch.no_grad():
        for name, parameter in model.named_parameters():  # no parameter keeps a value that a program could leave out
            if "norm" in name and name.endswith("weight"):
                parameter.mul_(1 + 0.2 * torch.randn_like(parameter))
            elif name.endswith("bias") and "dt_proj" not in name:
                parameter.normal_(0, 0.02)
            elif name.endswith("mixer.D"):
                parameter.normal_(1, 0.3)
            elif name.endswith("mixer.conv1d.weight"):
                parameter.normal_(0, 0.3)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tiny.save_tokenizer(folder, tiny.train_tokenizer(), merges_as_text=True)
    print(folder, sum(parameter.numel() for parameter in model.parameters()), "parameters")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
