# Guildhall: everything starts from python3, pip and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo run test lint bench opinion soak docs lock clean

demo: $(VENV)/run.stamp
	@$(BIN)/guildhall demo

run: $(VENV)/run.stamp
	$(BIN)/guildhall serve

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -c pyproject.toml -r announcements bot core delegated_tasks disciplinary exports meetings membership people portal reminders surveys

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks

# Learns the second opinion of the screening from the corpus anew; `make bench` tells what it is worth.
opinion: $(VENV)/train.stamp
	$(BIN)/python -m benchmarks.screening_model

soak: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m soak --timeout 3600

docs: $(VENV)/dev.stamp
	$(BIN)/python -m bot.reference
	$(BIN)/python -m pytest -q tests/architecture/test_docs.py

# All versions, with hashes, for every platform; no registry address goes in.
lock: $(VENV)/dev.stamp
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --group dev -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements-dev.lock pyproject.toml --group dev --group train -o requirements-train.lock

$(VENV)/pip.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Guildhall needs Python 3.11 or newer; set PYTHON=/path/to/it"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make an environment. On Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/run.stamp: $(VENV)/pip.stamp requirements.lock pyproject.toml
	@echo "Setting up (once) …"
	@test -f $(VENV)/dev.stamp || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null || $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	@echo "Setting up the tools (once) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/train.stamp: $(VENV)/dev.stamp requirements-train.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-train.lock
	@touch $@

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
