# One command a job, the same here and in CI. ARGS is passed on: make run ARGS="--profile remote"
.DEFAULT_GOAL := help
.PHONY: help setup setup-multilingual run test check bench lock

PYTHON_IN := .venv/bin/python
BECAUSE := .venv/bin/because
BROWSER := $(firstword $(foreach name,chromium chromium-browser google-chrome,$(shell command -v $(name))))

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install everything into .venv (quick when nothing has changed)
	@scripts/setup

setup-multilingual: setup ## Add the model of the profile cpu-multilingual, once you accept its licence
	@$(BECAUSE) models add cpu-multilingual $(ARGS)

# Ctrl-C ends the program and is no error; without the trap, make would report one.
run: setup ## Start the model server, the API, the chat page and the demo shop
	@trap : INT; $(BECAUSE) run $(ARGS) || { code=$$?; [ $$code -eq 130 ] || exit $$code; }

test: setup ## Run all tests
	@$(if $(BROWSER),,echo "No Chromium on PATH: browser tests are skipped (Debian: apt-get install chromium).")
	@$(PYTHON_IN) -m pytest $(ARGS)

check: setup ## Check format, lint and types
	@$(PYTHON_IN) -m ruff format --check .
	@$(PYTHON_IN) -m ruff check .
	@$(PYTHON_IN) -m mypy

bench: setup ## Measure the turn with the real model
	@$(BECAUSE) bench turn $(ARGS)

lock: setup ## Resolve the dependencies anew and write requirements.lock
	@$(PYTHON_IN) scripts/lock.py
