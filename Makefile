# make demo         the first answer: how ByteDance reaches the H100, in three sentences and as a page
# make test         every test, with a real Neo4j server and a real browser where they can be had, in two processes
# make quick        the quick tests, which need no server and no browser, in about a minute
# make soak         every test with every case and the large random sets in full
# make check        lint (Python and the script of the pages), types, the import contract, the docs
# make constraints  pin anew the versions that are installed (UPDATE=-U: the newest ones)
# make docs         write anew what the docs take from the code
# make clean        remove what the other commands made
#
# make demo PYTHON=python3.12 takes another Python than python3; make test PROCESSES=4 takes four processes.

PYTHON = python3
UPDATE =
VENV = .venv
PROCESSES = 2
# A file of tests stays in one process, and so do all that ask a server, which has one database (tests/conftest.py).
PARALLEL = -n $(PROCESSES) --dist loadfile --no-loadscope-reorder
RUN = $(VENV)/bin/python -m
PIP = $(RUN) pip --quiet --disable-pip-version-check install

.PHONY: demo test quick soak check lint javascript types imports documentation docs constraints clean

demo: $(VENV)/.demo
	@$(VENV)/bin/graphkit path ByteDance H100 --html demo.html --summary

test: $(VENV)/.test
	@$(RUN) tests.prepare
	@$(RUN) pytest $(PARALLEL)

quick: $(VENV)/.test
	@$(RUN) pytest $(PARALLEL) -m "not server and not browser and not slow"

soak: $(VENV)/.test
	@$(RUN) tests.prepare
	@GRAPHKIT_SOAK=1 $(RUN) pytest $(PARALLEL)

check: lint javascript types imports documentation

lint: $(VENV)/.test
	@$(RUN) ruff check

# Without npm the script of the pages is not checked: said aloud, and where CI is set a fault.
javascript:
	@if command -v npm >/dev/null; then \
	  $(MAKE) --no-print-directory node_modules/.made && npm run --silent check; \
	else \
	  echo "no npm here: the script of the pages is not checked" >&2; \
	  case "$${CI:-}" in true|1) exit 1;; esac; \
	fi

node_modules/.made: package.json package-lock.json
	@echo "installing what checks the script of the pages (once)"
	@npm ci --silent --no-audit --no-fund
	@touch $@

types: $(VENV)/.test
	@$(RUN) mypy

imports: $(VENV)/.test
	@$(VENV)/bin/lint-imports --no-logo

documentation: $(VENV)/.test
	@$(VENV)/bin/python docs/generate.py --check

docs: $(VENV)/.test
	@$(VENV)/bin/python docs/generate.py

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "graphkit needs Python 3.11 or newer as $(PYTHON); with another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo "$(PYTHON) has no venv or no pip; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "installing into $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# What graphkit itself needs stands above the line of dashes in constraints.txt.
$(VENV)/.demo: $(VENV)/.made constraints.txt pyproject.toml
	@$(RUN) pip --version >/dev/null 2>&1 || $(RUN) ensurepip >/dev/null
	@sed '/^# ---/,$$d' constraints.txt > $(VENV)/runtime.txt
	@$(PIP) --require-hashes -r $(VENV)/runtime.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(VENV)/.demo
	@echo "installing what the tests need (once)"
	@$(PIP) --require-hashes -r constraints.txt
	@touch $@

constraints: $(VENV)/.made
	@$(PIP) uv
	@$(VENV)/bin/python .ci/pin.py $(VENV)/bin/uv $(UPDATE)

clean:
	rm -rf $(VENV) node_modules demo.html dist build test-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
