#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session read from Python as docs/sessions.md says, beside what the program itself says of it.

    read_session.py [MNEMO] [SESSION]

Needs the packages safetensors and numpy. Ends with 1 when a number differs.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def documented_lines():
    """The three lines themselves, so that they are true as they stand."""
    text = (ROOT / "docs/sessions.md").read_text()
    block = re.search(r"## In Python, in three lines\n\n((?:    .*\n)+)", text).group(1)
    lines = [line[4:] for line in block.splitlines()]
    assert len(lines) == 3, lines
    return "\n".join(lines)


def main():
    try:
        import numpy
        import safetensors
    except ImportError as error:
        print(f"skipped: {error}")
        return 0
    mnemo = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/mnemo")
    session = sys.argv[2] if len(sys.argv) > 2 else str(ROOT / "tests/fixtures/sessions/v1.mnemo")
    told = json.loads(subprocess.run([mnemo, "session", "info", session, "--json"], check=True,
                                     capture_output=True).stdout)
    names = {}
    exec(documented_lines().replace("trace.mnemo", session), names)  # pylint: disable=exec-used
    file, p = names["file"], names["p"]
    document = json.loads(file.metadata()["session"])
    array = document["runs"][0]["arrays"][0]
    shape = tuple(len(axis["labels"]) for axis in array["axes"])
    assert array["values"] == "r0/h.p" and p.shape == shape and p.dtype == numpy.float64, (array["name"], p.shape)
    assert len(document["runs"]) == len(told["runs"])
    for run, described in zip(document["runs"], told["runs"]):
        tensors = [file.get_tensor(entry[key]) for entry in run["arrays"] for key in ("values", "states")]
        assert sum(tensor.nbytes for tensor in tensors) == described["bytes"], described
        assert run["kind"] == described["kind"]
        for entry in run["arrays"]:
            assert set(numpy.unique(file.get_tensor(entry["states"]))) <= {0, 1, 2, 3}
    computed = file.get_tensor("r0/h.p.state") == 1
    assert computed.any() and ((p[computed] >= 0) & (p[computed] <= 1)).all()
    print(f"{session}: {len(document['runs'])} runs read with safetensors {safetensors.__version__}, as the program says")
    return 0


if __name__ == "__main__":
    sys.exit(main())
