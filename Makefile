# Two targets: `make demo` and `make test`. Each sets up what it needs, in either order.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo

.PHONY: demo test format build clean

# The stamp is newer than what it was made from, so nothing is installed twice.
$(VENV)/stamp: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $@

demo: $(VENV)/stamp
	$(BIN)/grader grade examples/submissions --out $(DEMO)

test: $(VENV)/stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/grader verify
	$(BIN)/grader build --check
	$(BIN)/python examples/make_submissions.py --check
	$(BIN)/pytest --numprocesses=auto

# Not part of the check: what to run after a change.
build: $(VENV)/stamp
	$(BIN)/grader build
	$(BIN)/python examples/make_submissions.py

format: $(VENV)/stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf $(VENV) $(DEMO)
