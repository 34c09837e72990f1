# SPDX-License-Identifier: GPL-3.0-or-later
# `make run` opens the window, `make test` runs the tests; both install, build and do nothing twice.
SHELL := /bin/bash
JOBS ?= 2
export CUDA ?= $(shell command -v nvcc >/dev/null && echo 1 || echo 0)
BIN := build/bin
FACT := -m mnemo-mamba -p "{} is located in the city of" -s "Buckingham Palace" --swap "Louvre Museum"

.PHONY: help run test test-long bench docs-figures manual manual-pictures build bootstrap configure format tidy clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 17

run: build ## open the window (without a display: trace the first fact into build/)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(BIN)/mnemoscope; else \
	    echo "No display: tracing the first fact without a window."; \
	    $(BIN)/mnemo trace $(FACT) -o build/trace.mnemo && $(BIN)/mnemo trace $(FACT) -o build/trace.png && \
	    echo "Wrote build/trace.png (a figure) and build/trace.mnemo (a session)."; fi

test: build ## build and run the tests (what CI runs)
	ctest --test-dir build --output-on-failure -j$(JOBS)

test-long: build ## sanitizers, fuzzing, live comparison with Python peers
	tests/long/run.sh

bench: build ## speed, as ratios of interleaved runs; see tests/bench/RESULTS.md
	tests/bench/run.sh

docs-figures: build ## draw the pictures of docs/reproduce.md and docs/circuits.md anew from the shipped checkpoints
	docs/reproduce.sh

manual: ## docs/manual.md as one HTML file that needs no network: build/manual/
	python3 docs/make_manual.py build/manual/mnemoscope-manual.html

manual-pictures: build ## draw the pictures of docs/manual.md anew, from the real window
	docs/manual.sh

build: configure
	cmake --build build -j$(JOBS)

configure: bootstrap
	@cmake --preset default -DMNEMO_CUDA=$(if $(filter 1,$(CUDA)),ON,OFF) >build-configure.log 2>&1 || \
	    { tail -n 30 build-configure.log; echo "configure failed: the whole log is build-configure.log; to start over: make clean"; exit 1; }

bootstrap: ## Debian packages and LibTorch
	@packaging/bootstrap.sh

format: ## clang-format over our sources
	git ls-files '*.h' '*.cpp' '*.cu' '*.cuh' | xargs clang-format -i

tidy: build ## clang-tidy over our sources
	git ls-files 'core/*.cpp' 'models/*.cpp' 'widgets/*.cpp' 'ui/*.cpp' 'app/*.cpp' | xargs clang-tidy --quiet -p build

clean: ## remove what was built (keeps .deps/)
	rm -rf build build-* build-configure.log
