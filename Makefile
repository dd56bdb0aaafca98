# run · test · check · assets · docs · wheel · bench — the only verbs anyone needs.
#
# A fresh Debian with Python 3.11, Node 20, make and git is enough; what has been done is not done again.
#   make run     installs what is missing and starts the demo   (PORT=9000 make run)
#   make test    installs what tests need and runs all of them; a skipped test is a failed one
#   make check   everything that can be said without running the product

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
export npm_config_update_notifier := false

PYTHON ?= $(firstword $(foreach one,python3.11 python3.12 python3.13 python3,$(shell command -v $(one))))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
STATIC := server/antiphon/web/static

# What has been done leaves a stamp where a removal takes the stamp along.
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready
NPM_READY := widget/node_modules/.npm-ready
ASSETS := $(STATIC)/manifest.json
RASA_WEBCHAT := .make/rasa-webchat/index.js
WIDGET_SOURCES := $(shell find widget -path widget/node_modules -prune -o -path widget/tests -prune \
	-o -type f ! -name '*.tsbuildinfo' -print 2>/dev/null)

# A file of tests stays in one process, whose databases, servers and browser it shares; tests/conftest.py says
# which begin first.
PYTEST ?= --numprocesses=2 --dist=loadfile --no-loadscope-reorder

.PHONY: help install run test test-widget test-server assets docs wheel bench nemesis clean
.PHONY: check check-style check-types check-imports check-generated check-widget

help:
	@sed -n '1,6s/^# \{0,1\}//p' Makefile

# ------------------------------------------------------------------------------------------ installing

install: $(RUN_READY) $(ASSETS)
	@:

$(BIN)/python:
	@[ -n "$(PYTHON)" ] && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Antiphon needs Python 3.11 or newer (PYTHON=… make install)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || scripts/apt.sh python3-venv
	@$(PYTHON) -m venv $(VENV)

$(RUN_READY): locks/run.lock pyproject.toml | $(BIN)/python
	@echo "installing Python packages into $(VENV)"
	@$(PIP) install --require-hashes --no-deps -r locks/run.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_READY): locks/dev.lock $(RUN_READY)
	@echo "installing what tests and checks need into $(VENV)"
	@$(PIP) install --require-hashes --no-deps -r locks/dev.lock
	@touch $@

$(NPM_READY): widget/package-lock.json widget/.npmrc
	@command -v npm >/dev/null || { echo "Antiphon's front end is built with Node 20 or newer and npm" >&2; exit 1; }
	@echo "installing the front end's packages"
	@cd widget && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(RASA_WEBCHAT): scripts/rasa_webchat.sh
	@scripts/rasa_webchat.sh $(@D)

$(ASSETS): $(NPM_READY) $(WIDGET_SOURCES)
	@cd widget && npm run --silent build
	@touch $@

# ------------------------------------------------------------------------------------------ the verbs

run: install
	@ANTIPHON_PORT="$${ANTIPHON_PORT:-$${PORT:-8080}}" exec $(BIN)/antiphon demo

test: test-widget test-server

test-widget: $(NPM_READY)
	@cd widget && npm test

test-server: install $(DEV_READY) $(RASA_WEBCHAT)
	@ANTIPHON_NO_SKIPS="$${ANTIPHON_NO_SKIPS:-1}" scripts/services.sh $(BIN)/python -m pytest $(PYTEST)

# Five looks; `make -k check` takes them all although one finds something.
check: check-style check-types check-imports check-generated check-widget

check-style: $(DEV_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types: $(DEV_READY)
	$(BIN)/mypy

check-imports: $(DEV_READY)
	$(BIN)/lint-imports --no-logo

check-generated: $(DEV_READY) $(NPM_READY)
	$(BIN)/python scripts/generate.py --check
	cd widget && npm run --silent gen -- --check

check-widget: $(ASSETS)
	cd widget && npm run --silent check
	cd widget && npm run --silent size

assets: $(ASSETS)
	@:

docs: $(RUN_READY) $(NPM_READY)
	@$(BIN)/python scripts/generate.py
	@cd widget && npm run --silent gen

wheel: $(DEV_READY) $(ASSETS)
	@$(BIN)/python -m hatchling build -t wheel
	@ls dist/*.whl

bench: install $(DEV_READY)
	@$(BIN)/python -m bench.hotpath

# Kills, cuts and stalls by seed, in all three modes (about an hour): NEMESIS="--mode sqlite --seeds 2 --faults 20"
nemesis: install $(DEV_READY)
	@scripts/services.sh $(BIN)/python -m pytest -m nemesis tests/nemesis
	@scripts/services.sh $(BIN)/python -m tests.nemesis.run $(NEMESIS)

clean:
	rm -rf $(VENV) widget/node_modules $(STATIC) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
