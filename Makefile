# Every target does its own set-up: Python 3.11 or newer and git are all that a machine needs.
VENV   ?= .venv
PY     := $(VENV)/bin/python
PYTEST := $(PY) -m pytest
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help run test test-fast check format bench bench-short load pictures clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

run: $(VENV)/.run $(VENV)/.kernels $(VENV)/.scripts ## serve the dashboard on http://127.0.0.1:8050 (ARGS="--port 9000")
	@$(PY) app.py $(ARGS)

test: $(VENV)/.dev $(VENV)/.kernels $(VENV)/.scripts var/peers/installed.txt ## every test, in a real browser too
	@CHROMIUM="$$($(PY) tools/chromium.py)" && export CHROMIUM && $(PYTEST) $(ARGS)

test-fast: $(VENV)/.dev $(VENV)/.kernels ## the tests that take no browser, no database server and no patience
	@$(PYTEST) -n auto -m "not browser and not slow and not postgres" $(ARGS)

check: $(VENV)/.dev ## style, types, structure, then every test
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports
	@$(MAKE) --no-print-directory test

format: $(VENV)/.dev ## put the code into the project's style
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

bench: $(VENV)/.dev $(VENV)/.kernels $(VENV)/.scripts ## how fast, as ratios measured in one run
	@$(PY) -m benchmarks
	@$(PY) -m benchmarks.bench_kernels

bench-short: $(VENV)/.dev $(VENV)/.kernels ## the kernels' ratios in a minute; fails below half of one
	@$(PY) -m benchmarks.bench_kernels --short

load: $(VENV)/.dev $(VENV)/.scripts ## fifty readers for a minute, against the real server
	@$(PY) -m tools.load_test $(ARGS)

pictures: $(VENV)/.dev $(VENV)/.scripts ## make the README's pictures anew, from the running app
	@CHROMIUM="$$($(PY) tools/chromium.py)" && export CHROMIUM && $(PY) -m tools.readme_pictures

clean: ## remove what the targets above made
	rm -rf $(VENV) var test-output .hypothesis .*_cache .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# A stamp per set of requirements: installed again only when its file changes.
$(VENV)/.run: requirements.txt $(PY)
	@$(call install,requirements.txt)
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt $(PY)
	@$(call install,requirements-dev.txt)
	@touch $@ $(VENV)/.run

# Machine code is made at set-up, so that nobody waits for a compiler later.
$(VENV)/.kernels: $(VENV)/.run $(wildcard analysis/kernels/*.py) data/files/long_table.py
	@$(PY) -m tools.compile_kernels
	@touch $@

# What the benchmark compares with; without the package index it says so and goes on.
var/peers/installed.txt: benchmarks/peers.txt | $(VENV)/.dev
	@$(PY) -m benchmarks.peer_process

# Scripts of the pages are made small at set-up, so that no reader waits for them.
$(VENV)/.scripts: $(VENV)/.run tools/slim.py tools/pack_scripts.py $(wildcard dashboard/web/assets/*)
	@$(PY) -m tools.pack_scripts
	@touch $@

install = echo "installing $(1) into $(VENV)" >&2 && \
	$(PY) -m pip install --quiet --disable-pip-version-check --requirement $(1) || \
	{ echo "The packages could not be installed: see pip's message above, then run make again." >&2; exit 1; }

# A Python is tried by running it: a version manager's shim may be there and fail.
$(PY):
	@for python in python3.14 python3.13 python3.12 python3.11 python3 python; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; \
	done; \
	test -n "$$python" || { echo "Python 3.11 or newer is needed, and none was found on the PATH." >&2; exit 1; }; \
	$$python -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "$$python has no venv module: install it (Debian, Ubuntu: apt-get install $$python-venv), then run make again." >&2; exit 1; }; \
	$$python -m venv $(VENV)
