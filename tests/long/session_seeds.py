#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the fuzzer of sessions starts.

    session_seeds.py FIXTURES SEEDS

Of each session below FIXTURES the document's text, and the file without its checksums: with them, hardly anything that the
fuzzer changes would get past the first look. And what it found earlier: fuzzed.txt, a base64 of an input on each line.
"""
import base64
import json
import struct
import sys
from pathlib import Path


def parts_of(data):
    """Header and data of a safetensors file; None where it is none."""
    try:
        length = struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8:8 + length])
        return (header, data[8 + length:]) if isinstance(header["__metadata__"], dict) else None
    except (KeyError, TypeError, ValueError, struct.error):
        return None


def main():
    fixtures, seeds = Path(sys.argv[1]), Path(sys.argv[2])
    for path in sorted(fixtures.rglob("*.mnemo")):
        data = path.read_bytes()
        parts = parts_of(data)
        if parts:
            header, body = parts
            for key in ("sha256:session", "sha256:tensors"):
                header["__metadata__"].pop(key, None)
            text = json.dumps(header, ensure_ascii=False).encode("utf-8", "surrogatepass")
            data = struct.pack("<Q", len(text)) + text + body
            (seeds / (path.stem + ".json")).write_text(header["__metadata__"].get("session", "{"), "utf-8", "replace")
        (seeds / path.name).write_bytes(data)
    for number, line in enumerate((fixtures / "fuzzed.txt").read_text().split()):
        (seeds / f"fuzzed-{number}").write_bytes(base64.b64decode(line))


if __name__ == "__main__":
    main()
