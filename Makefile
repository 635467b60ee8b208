# Needs Python 3.11 to 3.13, git and make; everything else is installed into .venv by the first target that runs.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3 python,$(shell \
	command -v $(name) >/dev/null 2>&1 && $(name) -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] <= (3,13))' 2>/dev/null && echo $(name))))
UV := .uv/bin/uv
RUN := $(UV) run --frozen --no-sync
export UV_PYTHON_DOWNLOADS := never
# the machine's own certificates count, as for pip: a company's network may need them
export UV_SYSTEM_CERTS := true
export RUNTIME__DLTHUB_TELEMETRY := false

.PHONY: help setup demo docs test chaos lint format ui bench clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: .venv/.ready ## Install everything into .venv (runs by itself before the other targets)

$(UV):
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found. Install one, or say where it is: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -m venv .uv && .uv/bin/python -m pip install --quiet --disable-pip-version-check uv

.venv/.ready: $(UV) pyproject.toml uv.lock
	@echo "Installing into .venv ..."
	@$(UV) sync --frozen --quiet --python "$$(command -v $(PYTHON))"
	@touch $@

demo: setup ## Run the whole pipeline on simulated shops: data, warehouse, order list
	@$(RUN) pos demo

docs: setup ## Write the documentation of the published warehouse: tables, columns, lineage
	@$(RUN) pos docs

test: setup ## Run the whole test suite
	@$(RUN) pytest -m "not chaos" -n auto --dist loadscope --no-loadscope-reorder

chaos: setup ## Run the long tests too: kills in every phase, full disks, many days
	@$(RUN) pytest -m chaos

lint: setup ## Check format, style, types, import rules and SQL
	@$(RUN) ruff format --check . && $(RUN) ruff check . && $(RUN) mypy && POS_SYSTEMS=square $(RUN) sqlfluff lint --processes 0 dbt_project/models dbt_project/analyses dbt_project/tests

format: setup ## Format Python and SQL
	@$(RUN) ruff format . && $(RUN) ruff check --fix . && $(RUN) sqlfluff fix dbt_project/models dbt_project/analyses dbt_project/tests

ui: setup ## Open Dagster on http://127.0.0.1:3000
	@$(RUN) pos ui

bench: setup ## Measure speed, forecasts and what the order list brings, each figure beside a peer in the same run
	@for each in landing first_load nightly_build forecast forecast_speed policy; do $(RUN) python -m benchmarks.$$each || exit 1; done

clean: ## Remove the environment and caches; data/ stays
	@rm -rf .venv .uv .pytest_cache .mypy_cache .ruff_cache .hypothesis dbt_project/target dbt_project/logs
