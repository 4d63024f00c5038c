# `make demo` and `make test` need only Python 3.11 or later and make: they build .venv, install what is needed, and run.
# With uv on the machine the locked versions are used; without it, python3 -m venv and pip.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
LOWEST ?= tests/test_cli.py tests/test_study.py tests/test_store.py tests/engine

.DEFAULT_GOAL := help
.PHONY: help install demo test test-all lint lowest lowest-environment bench clean

help:
	@echo "make demo     the five-patient study: runs/demo/report.html"
	@echo "make test     the tests"
	@echo "make test-all the tests, and the whole gate: what the model is tuned to, it still says"
	@echo "make lint     ruff and pyright"
	@echo "make lowest   the main tests with the oldest versions that pyproject.toml allows"
	@echo "make bench    one table of what takes how long, each beside its peer or limit"
	@echo "make install  only the environment, in .venv"
	@echo "make clean    delete .venv, caches and runs/demo"

install: $(READY)

$(READY): pyproject.toml uv.lock
	@if command -v uv >/dev/null 2>&1; then \
	  echo "installing the locked versions with uv"; \
	  uv sync --frozen --extra dev --compile-bytecode; \
	else \
	  $(PYTHON) -c 'import sys; sys.exit("immunoreset needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)' && \
	  echo "installing with pip" && \
	  { test -x $(BIN)/python || $(PYTHON) -m venv .venv; } && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'; \
	fi
	@touch $@

demo: $(READY)
	$(BIN)/immunoreset demo --force
	@echo "next: $(BIN)/immunoreset app    (or --help)"

# Above 5 the interpreter itself has ended: in which test, and where each thread was.
test: $(READY)
	$(BIN)/python -m pytest || { ended=$$?; test $$ended -le 5 || head -80 .pytest_cache/running.txt; exit $$ended; }

test-all: $(READY)
	$(BIN)/python -m pytest -m "full or not full"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/pyright

# An environment of its own, outside the cache of compiled code, so that the oldest versions compile the engine themselves.
# The oldest of each package that is asked for, the newest of what these ask for. They have wheels for Python 3.11.
lowest: lowest-environment
	NUMBA_CACHE_DIR=$(CURDIR)/.lowest/code .lowest/bin/python -m pytest $(LOWEST)

lowest-environment:
	@$(PYTHON) -c 'import sys; sys.exit("the oldest versions are made for Python 3.11; this is " + sys.version.split()[0] + ". Try: make lowest PYTHON=python3.11" if sys.version_info[:2] != (3, 11) else 0)'
	test -x .lowest/bin/python || $(PYTHON) -m venv .lowest
	sed -n '/^dependencies/,/^]/s/^ *"\(.*\)>=\(.*\)",$$/\1==\2/p' pyproject.toml > .lowest/versions.txt
	.lowest/bin/python -m pip install --quiet --disable-pip-version-check --requirement .lowest/versions.txt --editable . pytest hypothesis httpx

bench: $(READY)
	$(BIN)/immunoreset bench

clean:
	rm -rf .venv .lowest .pytest_cache .ruff_cache .hypothesis dist build runs/demo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
