# Every target does its own set-up (tools/setup.py): Python 3.11 or newer and git are all that a machine needs.
VENV   ?= .venv
PY     := "$(VENV)/bin/python"
PYTEST := $(PY) -m pytest
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help run test test-fast check format lock audit bench sizes findings chaos load pictures clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

run: ## serve the dashboard on http://127.0.0.1:8050 (ARGS="--port 9000")
	@$(setup) run
	@exec $(PY) app.py $(ARGS)

test: ## every test, in a real browser too
	@$(setup) test
	@CHROMIUM="$$($(PY) tools/chromium.py)" && export CHROMIUM && $(PYTEST) -n auto --dist loadgroup $(ARGS)

test-fast: ## the tests that take no browser, no database server and no patience
	@$(setup) test
	@$(PYTEST) -n auto -m "not browser and not slow and not postgres and not chaos" $(ARGS)

check: ## style, types, structure, then every test
	@$(setup) style
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@"$(VENV)/bin/lint-imports"
	@$(MAKE) --no-print-directory test

format: ## put the code into the project's style
	@$(setup) style
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

lock: ## pin everything that is installed, with hashes (ARGS=--upgrade: the newest)
	@$(setup) test
	@$(PY) -m tools.lock $(ARGS)

audit: ## what is known against the packages, where a source of advisories can be reached
	@$(setup) run
	@$(PY) -m tools.lock audit $(ARGS)

bench: ## whole commands as ratios measured in one run (ARGS=--large: ten million events)
	@$(setup) test
	@$(PY) -m benchmarks $(ARGS)

sizes: ## how often every test rejects when nothing happened: docs/sizes.csv and docs/methodology.md (half an hour on two quiet cores; goes on where it was cut)
	@$(setup) test
	@OPENBLAS_NUM_THREADS=1 nice -n 15 $(PY) -m tools.size_table $(ARGS)

findings: ## find anew what is kept of the bundled events: data/bundled/findings.json
	@$(setup) test
	@$(PY) -m tools.bundled_findings

chaos: ## faults of every kind, ten simulated weeks of them, kills and a dying leader (ten minutes; ARGS="-k weeks")
	@$(setup) test
	@$(PYTEST) tests/chaos -m "chaos or not chaos" -n auto --dist loadgroup -rP $(ARGS)

load: ## fifty readers for a minute, against the real server
	@$(setup) test
	@$(PY) -m tools.load_test $(ARGS)

pictures: ## make the README's pictures anew, from the running app
	@$(setup) test
	@CHROMIUM="$$($(PY) tools/chromium.py)" && export CHROMIUM && $(PY) -m tools.readme_pictures

clean: ## remove what the targets above made
	rm -rf "$(VENV)" var test-output .hypothesis .*_cache .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# A Python is tried by running it: a version manager's shim may be there and fail.
setup = for python in $(PY) python3.14 python3.13 python3.12 python3.11 python3 python; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; \
	done; \
	test -n "$$python" || { echo "Python 3.11 or newer is needed, and none was found on the PATH." >&2; exit 1; }; \
	"$$python" -m tools.setup "$(VENV)"
