# wuhu: everything a newcomer runs. Needs Python 3.11 or newer, git and make; installs into .venv only.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$python"; break; }; \
	done)
WORKERS ?= 3
AGENTS ?=
FAULT_MINUTES ?= 3
FAULT_SEED ?= 1
MINUTES ?= 3
SEED ?=
RECORDING ?= demo
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help setup demo replay samples test test-long test-agents fault check-merges check bench clean

help:
	@echo "make demo    the dashboard over four scripted sessions on the bundled sample"
	@echo "make replay  a recorded run in the dashboard, at any moment; RECORDING=demo, spiral, lost or conflict"
	@echo "make test    the whole test suite"
	@echo "make test-long   the same with all cases of what the suite samples; about a quarter longer"
	@echo "make test-agents   real agents from npm against a scripted model; AGENTS=claude,codex for some"
	@echo "make fault   kills, pauses, a full disk and torn writes for FAULT_MINUTES=3 from FAULT_SEED=1 on"
	@echo "make check-merges   random histories of sessions, merges, crashes and humans for MINUTES=3, each checked from git and journal alone"
	@echo "make check   style, types, import contracts and tests"
	@echo "make bench   latency, CPU, memory and start-up, as ratios within one run"
	@echo "make samples the bundled recordings, made anew: some minutes"
	@echo "make setup   only the virtual environment, in .venv"
	@echo "make clean   remove .venv and everything generated"

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "wuhu needs Python 3.11 or newer; none was found. Say which: make setup PYTHON=/path/to/python3" >&2; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(READY)
	$(BIN)/wuhu demo

replay: $(READY)
	$(BIN)/wuhu replay sample_projects/recordings/$(RECORDING).wuhu

samples: $(READY)
	$(BIN)/python -m tests.stories.samples

test: $(READY)
	$(BIN)/pytest -n $(WORKERS)

test-long: $(READY)
	WUHU_LONG=1 $(BIN)/pytest -n $(WORKERS)

test-agents: $(READY)
	$(BIN)/python -m tests.conformance.install
	WUHU_AGENTS=$(AGENTS) $(BIN)/pytest -m agents -q --tb=short tests/conformance; found=$$?; \
	$(BIN)/python -m tests.conformance.table && exit $$found

fault: $(READY)
	FAULT_MINUTES=$(FAULT_MINUTES) FAULT_SEED=$(FAULT_SEED) $(BIN)/python -m tests.fault.storm

check-merges: $(READY)
	$(BIN)/python -m tests.checker.run $(MINUTES) $(SEED)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(WORKERS)

bench: $(READY)
	$(BIN)/python -m bench.run

clean:
	rm -rf .venv artefacts build dist .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache snapshot_report.html
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
