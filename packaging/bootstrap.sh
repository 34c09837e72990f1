#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what the build needs: Debian packages, and LibTorch unpacked once into .deps/torch.
# Does nothing, quickly, where all of it is there. `CUDA=1` (default where nvcc is found) keeps LibTorch's CUDA libraries.
# `LONG=1` also installs what only the long tests need.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'bootstrap: %s\n' "$*"; }
fail() {
    printf 'bootstrap: %s\n' "$1" >&2
    printf '  What to do: %s\n' "$2" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "installing packages needs root, and sudo is not here." "run as root: apt-get install ${missing[*]}"
    fi
}

install_packages() {
    lists=(packaging/debian-packages.txt)
    [ "${LONG:-0}" = 0 ] || lists+=(packaging/debian-packages-long.txt)
    command -v dpkg-query >/dev/null || {
        say "this is no Debian; install by hand what these list: ${lists[*]}."
        return
    }
    local here # and what they stand for: some names are provided by a package of another name
    here=$(dpkg-query -W -f '${db:Status-Status}|${Package}, ${Provides}\n' | sed -n 's/^installed|//p' | tr ',' '\n' |
        sed 's/([^)]*)//; s/[[:space:]]//g')
    missing=()
    while read -r package; do
        grep -Fxq "$package" <<<"$here" || missing+=("$package")
    done < <(sed 's/#.*//; s/[[:space:]]*$//; /^$/d' "${lists[@]}")
    [ ${#missing[@]} = 0 ] && return
    say "installing ${#missing[@]} Debian packages: ${missing[*]}"
    as_root apt-get update -qq || fail "apt-get update failed." "check the network and /etc/apt/sources.list, then run make again"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt-get could not install the packages." "run: apt-get install ${missing[*]}"
}

torch_is_there() {
    [ -f .deps/torch/.complete ] && cmp -s packaging/libtorch.txt .deps/torch/.complete || return 1
    [ "$cuda" = 0 ] || [ -e .deps/torch/lib/libtorch_cuda.so ]
}

# A wheel of another Python would do as well (only headers and libraries are used), but its hash is another one.
fetch_torch() {
    say "fetching LibTorch 2.11.0 (about 520 MiB, once)"
    python3 -m pip --disable-pip-version-check download --quiet --no-deps --require-hashes --only-binary=:all: \
        --python-version 3.11 --implementation cp --abi cp311 --abi abi3 --abi none \
        --platform manylinux_2_28_x86_64 --platform manylinux_2_25_x86_64 --platform manylinux_2_17_x86_64 \
        --platform manylinux2014_x86_64 --dest .deps/wheels --requirement packaging/libtorch.txt ||
        fail "LibTorch could not be fetched or its SHA-256 is wrong." "check the network and python3 -m pip, then run make again"
}

unpack_torch() {
    say "unpacking LibTorch into .deps/torch"
    rm -rf .deps/torch .deps/unpacking
    python3 packaging/unpack_libtorch.py .deps/wheels .deps/unpacking "$cuda" ||
        fail "LibTorch could not be unpacked." "free 1.5 GB of disk space and run make again"
    cp packaging/libtorch.txt .deps/unpacking/.complete
    mv .deps/unpacking .deps/torch
    rm -rf .deps/wheels
}

[ "$(uname -m)" = x86_64 ] || fail "this is $(uname -m); the LibTorch build used here is for x86_64." "build on an x86_64 machine"
cuda=${CUDA:-$(command -v nvcc >/dev/null && echo 1 || echo 0)}
if [ "${SKIP_PACKAGES:-0}" != 1 ]; then
    install_packages
fi
if ! torch_is_there; then
    mkdir -p .deps
    fetch_torch
    unpack_torch
fi
say "ready ($([ "$cuda" = 0 ] && echo 'CPU' || echo "CPU, and CUDA where a driver and NVIDIA's CUDA 13 libraries are found"))"
