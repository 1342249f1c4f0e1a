# What is done with the project. `make` alone lists it.
#
# PYTHON: a Python 3.11, 3.12 or 3.13 to make the virtual environment with, when there is none in .venv yet.
# For `make bench`: ONLY (rpc, events, command, idle, growth, revocation, import, check), ROUNDS (5).
# For `make run`: PORT (8000), NOW (2024-10-15T09:00+02:00, say), AMQP_URI, DATABASE_ADMIN_URL, POSTGRES_BIN.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python

# Four parts that take about as long; each brings its own servers, so that they can run side by side.
STORIES := tests/structure tests/journeys $(addprefix tests/integration/,embedded notifications portal)
BUS := $(addprefix tests/integration/,chassis deploy)
FAULTS := tests/faults tests/unit $(wildcard tests/integration/test_*.py)
SERVICES := tests/contracts tests/integration \
    $(addprefix --ignore=tests/integration/,chassis deploy embedded notifications portal) \
    $(addprefix --ignore=,$(wildcard tests/integration/test_*.py))

# For `make faults`; without a seed, another each time. RABBITMQ_BIN names another RabbitMQ: see docs/reliability.md.
MINUTES ?= 30
SEED ?=

.PHONY: help venv run reset unit test bench check lint ready programs test-stories test-bus test-faults test-services faults

help:
	@echo "make run     everything on this machine, until Ctrl-C"
	@echo "make reset   forget what make run stored"
	@echo "make unit    tests that need no server"
	@echo "make test    all tests (they start PostgreSQL and RabbitMQ themselves)"
	@echo "make faults  half an hour of faults, and what was lost, doubled or stuck (MINUTES=30 SEED=…)"
	@echo "make bench   side-by-side measurements, half an hour; ONLY=rpc for one of them"
	@echo "make check   style, types, imports and all tests"

venv: $(VENV)/.locked

$(VENV)/.locked: requirements.lock
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || \
	    { echo "A Python 3.11, 3.12 or 3.13 with venv is needed (Debian: apt install python3-venv), or: make PYTHON=python3.12 …" >&2; exit 1; }
	@echo "Installing what requirements.lock names into $(VENV): a minute or two, once and when it changes."
	@$(PY) -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock || \
	    { echo "The packages could not be installed (see above); pip's own settings say where they come from." >&2; exit 1; }
	@touch $@

run: venv
	@$(PY) -m deploy.embedded run

reset: venv
	@$(PY) -m deploy.embedded reset

unit: venv
	@$(PY) -m pytest -q tests/unit

test: ready
	@echo "Four parts run side by side; each is shown when it has ended."
	@$(MAKE) --no-print-directory --keep-going --jobs=4 --output-sync=target \
	    test-faults test-stories test-bus test-services

# What the tests stand on; packages and programs come at the same time.
ready:
	@$(MAKE) --no-print-directory --jobs=2 venv programs

programs:
	@$(PYTHON) -W ignore -m tests.programs

test-stories:
	@$(PY) -m pytest $(STORIES)

test-bus:
	@$(PY) -m pytest $(BUS)

test-faults:
	@$(PY) -m pytest $(FAULTS)

test-services:
	@$(PY) -m pytest $(SERVICES)

faults: ready
	@$(PY) -W ignore -m tests.faults --minutes $(MINUTES) $(addprefix --seed ,$(SEED))

# Brings its own servers, and the peers into .venv-bench.
bench: venv
	@$(PY) -m bench $(ONLY) $(if $(ROUNDS),--rounds $(ROUNDS))

lint: venv
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

check: lint
	@$(MAKE) --no-print-directory test
