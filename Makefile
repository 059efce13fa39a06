# Two commands for a fresh machine with Python 3.11+ and a package index: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.DEFAULT_GOAL := help
.PHONY: help run test package lint docs bench lock clean

help:  ## Show these lines
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' Makefile

run: $(READY)  ## Run the contract suites of both vendors on the embedded sandbox, with a report
	$(BIN)/deskcheck run $(ARGS)

test: $(READY) lint  ## Lint, check types and structure, and run the tests of the harness itself
	$(BIN)/python -m pytest -n 2 --dist worksteal -q $(ARGS)

package: $(READY)  ## Build sdist and wheel, install the wheel elsewhere, and try every command in an empty folder
	DESKCHECK_TEST_WHEEL=1 $(BIN)/python -m pytest -q -s suites/self/e2e/test_installed.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(READY)  ## Serve the documentation as a site on this machine
	$(BIN)/zensical serve -f docs/zensical.toml $(ARGS)

bench: $(READY)  ## Print each figure beside a peer's, measured in the same run
	$(BIN)/python -m benchmarks

lock: $(READY)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --group dev pyproject.toml -o requirements.lock

clean:  ## Remove the virtual environment and all caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "deskcheck needs Python 3.11 or newer; try make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@
