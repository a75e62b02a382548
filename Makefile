# Muster's own commands. `make help` lists them.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,$(shell command -v $(name) 2>/dev/null)))
BIN := .venv/bin
SEATS ?= 200
SUPPORTERS ?= 100000
SERVE ?= 1
ONLY ?=
FULL ?=
LANES ?= 2
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: help demo serve run test prove check bench doctor pictures env env-test env-check counterparts format
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: env ## a working campaign with real seats: SEATS=200 SUPPORTERS=100000 SERVE=0
	@$(BIN)/python -m muster demo --seats $(SEATS) --supporters $(SUPPORTERS) $(if $(filter 0,$(SERVE)),--no-serve)

serve: env ## everything, with whatever the database holds
	@$(BIN)/python -m muster serve

run: env ## the same for development: starts again when the code changes
	@MUSTER_DEBUG=1 $(BIN)/python -m muster serve --reload

test: env-test ## every test, in two lanes, on the embedded database or DATABASE_URL
	$(BIN)/python -m pytest -n $(LANES) --dist loadfile --no-loadscope-reorder --timeout 300

prove: env-test ## the long proofs: kills, simulations, scale; ONLY=name
	$(BIN)/python -m pytest tests/prove -v --timeout 5400 $(if $(ONLY),-k "$(ONLY)")

check: env-check ## style, types, floors, templates, migrations, requirements
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint muster/web muster/api --lint --quiet
	$(BIN)/djlint muster/public muster/lib --profile jinja --lint --quiet
	$(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	$(BIN)/python requirements/in_step.py

format: env-check ## put the code into its one shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: env-test ## figures beside this machine's limits: ONLY=name FULL=1
	@$(BIN)/python -m muster bench $(if $(ONLY),--only $(ONLY)) $(if $(FULL),--full)

pictures: env-test ## every page as a picture, by day and night: LINK=a demonstration's sign-in link
	@$(BIN)/python -m tests.journeys.pictures $(LINK)

doctor: env ## what is missing here, and what that costs
	@$(BIN)/python -m muster doctor

env: .venv/base ## the environment, from hash-pinned requirements
env-test: .venv/test
env-check: .venv/check

# Checking needs what testing needs, and testing what running needs: one file each, whole.
.venv/%: requirements/%.txt requirements/link.py | .venv/made
	@echo "Installing what Muster needs ($*)…"
	@$(PIP) -r requirements/$*.txt
	@$(BIN)/python requirements/link.py
	@touch $@

counterparts: .venv-parsons/made ## programs of others that the tests try the API with

# An environment of their own: nothing of theirs mixes with ours.
.venv-parsons/made: requirements/parsons.txt | .venv/made
	@echo "Installing Parsons and schemathesis, apart…"
	@$(BIN)/python -m venv --clear .venv-parsons
	@.venv-parsons/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/made:
	@test -n "$(PYTHON)" || { echo "Muster needs Python 3.11 or later."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Muster needs Python 3.11 or later; $(PYTHON) is older. Name another: make PYTHON=…"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv is missing: install it (Debian, Ubuntu: apt install python3-venv)."; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@touch $@
