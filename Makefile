# On a fresh machine with Python 3.11 or newer and make:   make demo   and   make test
# Everything lives in .venv; nothing is installed outside it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Containers like to switch it on. The tests start the program a hundred times, and each start would compile it anew.
unexport PYTHONDONTWRITEBYTECODE

# The newest suitable Python on the PATH unless PYTHON says otherwise.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
LOCK := requirements.lock
# What the product itself needs: the same versions as in $(LOCK), without the tools of development.
RUNTIME_LOCK := deploy/requirements.lock
RUNTIME := $(VENV)/.installed-runtime
EVERYTHING := $(VENV)/.installed-everything
ARGS ?=

.PHONY: help demo test prove bench lint types docs check browser lock clean

help:
	@echo 'make demo    the product with demo data, web and worker; Ctrl-C ends it'
	@echo 'make test    the whole suite on SQLite and PostgreSQL, what needs neither once (ARGS="-k words" to narrow it)'
	@echo 'make check   what the continuous integration runs: lint, types, test'
	@echo 'make lint    style, formatting, architecture          make types   mypy --strict'
	@echo 'make docs    the documentation is complete and its examples run'
	@echo 'make prove   the long proofs; results go to docs/proof/ (ENGINE=sqlite, ARGS="-k rush", SEEDS=3 or 0-9 to narrow it)'
	@echo 'make bench   measurements beside their limits'
	@echo 'make browser what pages need of npm, for the wheel (Node); without it codes are typed, or read by the browser itself'
	@echo 'make lock    resolve the dependencies anew (UPGRADE=1 for newer versions)'
	@echo 'make clean   remove the environment and everything generated'

# uv when it can (seconds), pip otherwise (half a minute; pip knows a mirror that only its own configuration names).
# Hashes are required either way; they and an editable installation do not mix, so the project itself is a second step.
define install
{ $(UV) pip install -q --compile-bytecode --python $(PY) --require-hashes -r $(1) 2> $(VENV)/uv.log || \
	{ echo 'uv could not ($(VENV)/uv.log says why); pip takes over.'; \
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r $(1); }; } && \
$(PY) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
endef

$(VENV)/bin/python:
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed, and none was found. Set PYTHON=/path/to/python3.'; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo 'The venv module is missing. On Debian and Ubuntu: apt-get install python3-venv'; rm -rf $(VENV); exit 1; }

$(UV): | $(VENV)/bin/python
	@awk '/^[^ #]/ { wanted = /^uv==/ } wanted' $(LOCK) > $(VENV)/uv.lock
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock || true

$(RUNTIME): $(RUNTIME_LOCK) pyproject.toml | $(UV)
	@echo 'Installing what the product needs into $(VENV) ...'
	@$(call install,$(RUNTIME_LOCK))
	@touch $@

$(EVERYTHING): $(LOCK) pyproject.toml | $(UV)
	@echo 'Installing the product and the tools of development into $(VENV) ...'
	@$(call install,$(LOCK))
	@touch $(RUNTIME) $@

demo: $(RUNTIME)
	@exec $(VENV)/bin/training demo $(ARGS)

test: $(EVERYTHING)
	@$(PY) -m tests.run $(if $(filter true,$(CI)),--nothing-skipped) $(ARGS)

prove: $(EVERYTHING)
	@mkdir -p docs/proof
	@$(PY) -m $(if $(ENGINE),pytest --engine=$(ENGINE),tests.run --one-by-one) -m prove $(ARGS)

bench: $(EVERYTHING)
	@$(PY) -m benchmarks $(ARGS)

# All four even when one complains.
lint: $(EVERYTHING)
	@status=0; \
	$(VENV)/bin/ruff check . || status=1; \
	$(VENV)/bin/ruff format --check . || status=1; \
	$(VENV)/bin/lint-imports --no-logo || status=1; \
	$(PY) -m pytest -q --engine sqlite tests/test_architecture.py || status=1; \
	exit $$status

types: $(EVERYTHING)
	@$(VENV)/bin/mypy training tests $(wildcard piccolo_conf.py) $(wildcard benchmarks)

docs: $(EVERYTHING)
	@$(PY) -m pytest -q --engine sqlite tests/test_docs.py

check: lint types test

# Nobody else's code is in the tree: it comes by the lock, runs none of its own scripts, and goes into the wheel as it is.
BROWSER := training/web/browser
QR := training/web/static/js/qr
browser:
	@cd $(BROWSER) && npm ci --loglevel=error --no-audit --no-fund --ignore-scripts
	@mkdir -p $(QR)
	@cp $(BROWSER)/node_modules/qr/index.js $(BROWSER)/node_modules/qr/decode.js $(BROWSER)/node_modules/qr/LICENSE-MIT $(QR)/

# One resolution for Python 3.11 and newer on every platform; the second file is a part of the first.
COMPILE = $(UV) pip compile -q pyproject.toml --python-version 3.11 --universal --generate-hashes \
	--no-header --no-annotate --no-emit-index-url

lock: | $(UV)
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --extra build --extra dev -o $(LOCK)
	@$(COMPILE) --extra build --constraint $(LOCK) -o $(RUNTIME_LOCK)
	@! grep -nE '://|^-|^ *--[^h]| @ ' $(LOCK) $(RUNTIME_LOCK) || { echo 'A lock must hold names, versions and hashes only.'; exit 1; }

clean:
	rm -rf $(VENV) build dist .test-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis \
		.coverage .coverage.* htmlcov $(BROWSER)/node_modules $(QR)
	find training tests migrations benchmarks -type d -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
