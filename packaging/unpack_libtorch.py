# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes headers and libraries out of the LibTorch wheels: unpack_libtorch.py WHEELS TARGET CUDA(0|1)."""
import pathlib
import sys
import zipfile

CPU_LIBRARIES = ("libtorch_cpu.so", "libc10.so", "libgomp", "libcudart.so", "libcupti.so")


def target_of(name, cuda):
    """Where a member of a wheel goes, relative to the target, or None."""
    if name.startswith("torch/include/") and not name.endswith("/"):
        return name.removeprefix("torch/")
    base = name.rsplit("/", 1)[-1]
    is_library = ".so" in base and "/lib/" in name
    if is_library and (base.startswith(CPU_LIBRARIES) or (cuda and name.startswith("torch/lib/") and "python" not in base)):
        return "lib/" + base
    return None


def main():
    wheels, root, cuda = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3] == "1"
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist():
                target = target_of(member.filename, cuda)
                if target:
                    path = root / target
                    path.parent.mkdir(parents=True, exist_ok=True)
                    with archive.open(member) as source, open(path, "wb") as out:
                        while chunk := source.read(1 << 22):
                            out.write(chunk)
    if not (root / "lib/libtorch_cpu.so").exists():
        sys.exit("the wheels hold no libtorch_cpu.so")


main()
