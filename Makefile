# Two commands: `make lab` opens the course, `make test` runs every test. Both make .venv first, where it is not there yet
# or pyproject.toml or constraints.txt have changed. Nothing here touches work/.
#
#   make lab ARGS="--no-browser"      print the address instead of opening a browser
#   make test PYTHON=python3.13       with another Python, in a new .venv
#   make test ARGS="tests/unit -x"    arguments for pytest

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
# Written last, so a .venv whose making was interrupted has none and is made anew. Its name stands for this folder and this
# Python: a .venv works for no other.
MADE := .venv/made-$(shell { pwd; "$(PYTHON)" --version; } 2>&1 | cksum | tr ' ' '-')
# Tests side by side: two more than there are cores, since browsers, deadlocks and held windows wait.
WORKERS = $(shell "$(PYTHON)" -c 'import os; print((os.cpu_count() or 1) + 2)')
# What is installed is compiled at once: checks run in processes that may not write, and would compile it each time.
INSTALL := --quiet --editable . --group dev --constraint constraints.txt

# Hundreds of Pythons start in the tests: where they may not keep what they compile, each compiles the course anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup lab test notebooks soak bench

setup: $(MADE)

lab: $(MADE)
	@$(BIN)/pypatterns lab $(ARGS)

test: $(MADE)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --num-workers auto || { test $$? -eq 2 && $(BIN)/mypy; } # 2: a worker of it did not start in time
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

notebooks: $(MADE)
	$(BIN)/pypatterns build $(ARGS)

soak: $(MADE)
	$(BIN)/pypatterns verify --repeat 20 --busy $(ARGS)

bench: $(MADE)
	$(BIN)/python benchmarks/imports.py
	$(BIN)/python benchmarks/verdict.py $(ARGS)
	$(BIN)/python benchmarks/grading.py

$(MADE): pyproject.toml constraints.txt
	@"$(PYTHON)" --version >/dev/null 2>&1 || { \
	    echo "There is no $(PYTHON) here that runs. Install Python 3.11 or newer, or name the one that you have: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; \
	    exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "$(PYTHON) is $$("$(PYTHON)" --version 2>&1); the course needs Python 3.11 or newer. Name one: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; \
	    exit 1; }
	@command -v uv >/dev/null || "$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) cannot make a virtual environment: its venv module is not installed. On Debian and Ubuntu: sudo apt-get install python3-venv. Then run make again." >&2; \
	    exit 1; }
	@echo "Setting up .venv (about a minute)"
	@test -e $@ || { rm -f .venv/made-*; rm -rf .venv; }
	@rm -f .venv/made-*
	@if command -v uv >/dev/null; then \
	    { test -e $(BIN)/python || uv venv --quiet --python "$(PYTHON)" .venv; } && \
	    uv pip install --compile-bytecode --python $(BIN)/python $(INSTALL); \
	else \
	    { test -e $(BIN)/pip || "$(PYTHON)" -m venv .venv; } && \
	    $(BIN)/python -m pip install --quiet --upgrade "pip>=25.1" && \
	    $(BIN)/python -m pip install $(INSTALL); \
	fi
	@touch $@
