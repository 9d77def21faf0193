# Two commands do everything on a fresh machine with Python 3.11 to 3.13 and make: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check bench lock run clean

demo:            ## look at a recorded visit: in a window where there is a display, else pictures, a table and a PDF in out/
	@$(PYTHON) scripts/prepare.py
	@$(BIN)/python -m ankletest demo

run:             ## open the window
	@$(PYTHON) scripts/prepare.py
	@$(BIN)/python -m ankletest

# A file of tests goes to one process, so that what a module prepares is prepared once; one process more than there are processors, because
# the tests of the radio and of the window wait for a third of their time.
PROCESSES ?= $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 1)")

test: check      ## format, lint, contracts, types, and every test (`make test DEV=1` hunts deeper, and slower)
	@QT_QPA_PLATFORM=offscreen PYTHONDEVMODE=$(DEV) PYTHONWARNINGS=error::ResourceWarning $(BIN)/python -m pytest -q -rs --durations=8 \
		-n $(PROCESSES) --dist loadfile --no-loadscope-reorder -o faulthandler_timeout=300

check:           ## everything but the tests
	@$(PYTHON) scripts/prepare.py --dev
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports >.venv/contracts.txt 2>&1 || { cat .venv/contracts.txt; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/pyright --pythonpath $(BIN)/python

bench:           ## speed and memory, as ratios in one run
	@$(PYTHON) scripts/prepare.py --dev
	@$(BIN)/python -m bench

lock:            ## write the locks anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --group build pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --group dev pyproject.toml -o requirements-dev.txt
	! grep -nE 'https?://' requirements*.txt

clean:           ## remove what the commands made
	rm -rf .venv out .mypy_cache .ruff_cache .import_linter_cache .hypothesis
