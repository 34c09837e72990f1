#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares our byte-level BPE with Hugging Face's `tokenizers` on random texts.

    pip install tokenizers
    fuzz_tokenizer.py [HELPER FOLDER] [--texts 10000] [--seed 1]

HELPER is the program build/tests/tokenize_lines, FOLDER holds tokenizer.json. Texts are made of code points that the
helper's ICU knows as assigned: a newer Unicode would be another question. Ends with 1 when an id differs, or an offset of
a text that NFC leaves as it is. Two things are counted and no errors: texts whose NFC by the peer is not Python's (its
tables are of an older Unicode), and other offsets where NFC reorders or splits marks.
"""
import argparse
import json
import random
import subprocess
import sys
import unicodedata
from pathlib import Path

from tokenizers import Tokenizer

PIECES = [" ", "  ", "   ", "\n", "\n\n", "\t", "\r\n", "\u00a0", "\u2003", "\u3000", "\u0085", "\u200b", "'s", "'re",
          "'LL", "'ll", "'", "<|endoftext|>", "<|padding|>", "<|endof", "e\u0301", "o\u0308\u0323", "\u212b", "\ufb01",
          "\u1100\u1161\u11a8", "\u0958", "\u2126", "the", " of", "Paris", "1", "42", "\u0663", "\u00bd", "\u2167",
          "\U0001f469\u200d\U0001f4bb", "\u0e01\u0e33", "\u0939\u093f\u0928\u094d\u0926\u0940", "!?", "...", "_", "\0"]


def random_text(rng, ranges, weights):
    parts = []
    for _ in range(rng.randint(0, 12)):
        kind = rng.random()
        if kind < 0.45:
            parts.append(rng.choice(PIECES))
        elif kind < 0.65:
            parts.append("".join(chr(rng.randint(0x20, 0x7E)) for _ in range(rng.randint(1, 8))))
        elif kind < 0.8:
            start = rng.choice([0xA0, 0x300, 0x370, 0x400, 0x590, 0x900, 0x1100, 0x1E00, 0x2000, 0x3040, 0xAC00])
            parts.append("".join(chr(start + rng.randint(0, 0x7F)) for _ in range(rng.randint(1, 5))))
        else:
            begin, end = rng.choices(ranges, weights)[0]
            parts.append(chr(rng.randrange(begin, end)))
    return "".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    root = Path(__file__).resolve().parents[2]
    parser.add_argument("helper", nargs="?", default=str(root / "build/tests/tokenize_lines"))
    parser.add_argument("folder", nargs="?", default=str(root / "../shared/data/gpt-neox-20b-tokenizer"))
    parser.add_argument("--texts", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    if not (Path(options.folder) / "tokenizer.json").exists():
        print(f"skipped: there is no tokenizer.json in {options.folder}")
        return 0

    assigned = json.loads(subprocess.run([options.helper, "--assigned"], check=True, capture_output=True).stdout)
    ranges = assigned["ranges"]
    known = {c for begin, end in ranges for c in range(begin, end)}
    weights = [min(end - begin, 400) for begin, end in ranges]
    rng = random.Random(options.seed)
    texts = ["".join(c for c in random_text(rng, ranges, weights) if ord(c) in known) for _ in range(options.texts)]

    lines = "".join(json.dumps(text) + "\n" for text in texts)
    ours = subprocess.run([options.helper, options.folder], input=lines.encode(), check=True, capture_output=True)
    answers = [json.loads(line) for line in ours.stdout.splitlines()]
    assert len(answers) == len(texts), "the helper did not answer every text"
    theirs = Tokenizer.from_file(str(Path(options.folder) / "tokenizer.json"))
    wrong_ids = wrong_offsets = composed_offsets = other_unicode = tokens = 0
    for text, answer in zip(texts, answers):
        expected = theirs.encode(text)
        tokens += len(expected.ids)
        if theirs.normalizer.normalize_str(text) != unicodedata.normalize("NFC", text):
            other_unicode += 1
        elif answer["ids"] != expected.ids:
            wrong_ids += 1
            if wrong_ids <= 10:
                print(f"ids differ: {text!r}\n  ours   {answer['ids']}\n  theirs {expected.ids}")
        elif [tuple(pair) for pair in answer["offsets"]] != expected.offsets:
            unchanged = unicodedata.is_normalized("NFC", text)
            wrong_offsets += unchanged
            composed_offsets += not unchanged
            if unchanged and wrong_offsets <= 10:
                print(f"offsets differ: {text!r}\n  ours   {answer['offsets']}\n  theirs {expected.offsets}")
    print(f"{len(texts)} texts, {tokens} tokens, Unicode {assigned['unicode']}: {wrong_ids} with other ids, "
          f"{wrong_offsets} with other offsets, {composed_offsets} with other offsets where NFC changed something, "
          f"{other_unicode} left out because the peer's NFC is of an older Unicode")
    return 1 if wrong_ids or wrong_offsets else 0


if __name__ == "__main__":
    sys.exit(main())
