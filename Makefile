# `make` alone lists what there is. A fresh machine needs Python 3.11 or newer, make and git.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
ALONE := ACQUIT_HOME=$(CURDIR)/build/check-home ACQUIT_SECRET_KEY=check DATABASE_URL=

.DEFAULT_GOAL := help
.PHONY: help setup assets demo test rows check fix bench story messages build lock

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: $(INSTALLED) assets ## Install everything into .venv, build assets and translations

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Acquit needs Python 3.11 or newer: make setup PYTHON=...")'
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

assets: $(INSTALLED)
	@$(RUN) tools/translations.py
	@$(RUN) tools/assets.py

demo: setup ## A demo company, its day run, a local mailbox, and the web on http://127.0.0.1:8000
	@$(VENV)/bin/acquit demo

test: setup ## Run the tests; PYTEST="-k word" narrows them
	@$(RUN) -m pytest --numprocesses auto --dist worksteal $(PYTEST)

rows: setup ## Write a database of this version for the tests of upgrades; FILE=path.sql.gz
	@$(RUN) -m pytest -n0 -q --keep-rows $(FILE) tests/flows tests/reports tests/web

check: setup ## Lint, formatting, types, import contracts, migrations, translations
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(ALONE) $(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-cache
	@$(ALONE) DJANGO_SETTINGS_MODULE=acquit.settings $(RUN) tools/check.py

fix: setup ## Mend what ruff can mend, and format
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

bench: setup ## Measure, and compare with the floors measured in the same run
	@$(RUN) -m tests.bench

story: setup ## Run stories; NAME="a word" or FILES="path..." narrows them
	@$(VENV)/bin/acquit story $(or $(FILES),$(shell find tests/stories -name '*$(NAME)*.yaml'))

messages: setup ## Gather the words of the screens; say which want a translation
	@$(ALONE) DJANGO_SETTINGS_MODULE=acquit.settings $(RUN) tools/messages.py
	@$(RUN) tools/translations.py

build: setup ## Make the wheel, with assets, translations and scenarios inside
	@rm -rf dist
	@$(RUN) -m hatchling build -t wheel

lock: ## Choose the newest versions that fit pyproject.toml, and write them down
	@$(RUN) -m pip install --quiet uv
	@{ echo '# Every package that a checkout needs, with its hash. Made by `make lock`; installed by `make setup`.'; \
	  $(RUN) -m uv pip compile pyproject.toml --group dev --python-version 3.11 --universal --generate-hashes \
	  --no-header --upgrade --quiet; } > build/requirements.lock
	@mv build/requirements.lock requirements.lock
	@cd assets && npm install --package-lock-only --ignore-scripts --no-audit --no-fund
