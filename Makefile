# `make demo`, `make test` and `make course`. Each sets up what it needs, in either order.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo

.PHONY: demo test test-image test-cuda quick static sound course format build messages clean

# The stamp is newer than what it was made from, so nothing is installed twice.
$(VENV)/stamp: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $@

demo: $(VENV)/stamp
	$(BIN)/grader grade examples/submissions --out $(DEMO)

# Tests take from the cache what verifying has put there. Hundreds of processes are started: none of them
# is to compile the grader, as each does where Python may not write beside it. And neighbours stay with one
# worker, which makes once what they share.
test: export GRADER_CACHE := $(CURDIR)/.cache
test: $(VENV)/stamp
	$(BIN)/python -m compileall -q grader
	$(MAKE) --jobs=2 static sound
	$(BIN)/pytest --numprocesses=3 --dist=worksteal -m "not image"
	$(BIN)/python -m tests.course --once

# What holds in containers: some minutes, a root file system of Debian's packages, and root
# (docs/containers.md). Where the programs for it are missing all is skipped, and the summary says why.
test-image: $(VENV)/stamp
	$(BIN)/pytest --numprocesses=2 -m image tests/image

# What a change needs at once: the linters, and the tests that need no kernel.
QUICK := $(addprefix tests/,authoring comparing course_decisions course_settings course_store explaining formats intake marking \
	reporting resemblance running \
	student_side syntax test_batch.py test_docs.py test_floors.py test_locale.py test_retry.py test_spreadsheet.py)

quick: $(VENV)/stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest --numprocesses=2 -m "not kernel" $(QUICK)

static: $(VENV)/stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/grader build --check
	$(BIN)/python -m grader.schemas --check
	$(BIN)/python docs/make_tables.py --check
	$(BIN)/python examples/make_submissions.py --check

sound: $(VENV)/stamp
	$(BIN)/grader verify

course: $(VENV)/stamp
	$(BIN)/python -m tests.course

# Not part of the check: what to run after a change.
build: $(VENV)/stamp
	$(BIN)/grader build
	$(BIN)/python -m grader.schemas
	$(BIN)/python docs/make_tables.py
	$(BIN)/python examples/make_submissions.py

# On a machine with a card, without a network: PYTHON is one that has PyTorch for CUDA, WHEELS a folder
# with all else that is needed (docs/gpu.md). The table comes last, whatever the tests say.
test-cuda:
	@test -d "$(WHEELS)" || { echo "make test-cuda WHEELS=folder: docs/gpu.md says what is in it"; exit 2; }
	$(PYTHON) -m tests.cuda.prepare "$(WHEELS)"
	$$(cat .cuda-python) -m pytest tests/cuda -q -p no:cacheprovider; tested=$$?; \
		$$(cat .cuda-python) -m tests.cuda.table && exit $$tested

# After a sentence has changed: every catalogue gets what is new, and loses what is gone.
messages: $(VENV)/stamp
	$(BIN)/pybabel extract --mapping pyproject.toml --no-location --sort-output --width 100 \
		--no-default-keywords --keywords "say counted:1,2 gettext _ ngettext:1,2" --output messages.pot .
	$(BIN)/pybabel update --domain grader --input-file messages.pot --output-dir grader/locale \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100
	rm messages.pot

format: $(VENV)/stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf $(VENV) $(DEMO)
