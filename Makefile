.PHONY: help setup demo up test check format bench behaviours reference screenshots

bin := .venv/bin

help: ## Show what there is to make.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## Install everything into this checkout.
	@scripts/setup.sh

demo: setup ## Run eight purchases through the whole path; KEEP=1 leaves everything running.
	@$(bin)/tallywright demo $(if $(KEEP),--keep)

up: setup ## Start a sandbox company on this machine.
	@$(bin)/tallywright up

test: setup ## Run all tests.
	@$(bin)/pytest -q -n auto --dist loadgroup

check: setup ## Check style and types.
	@$(bin)/ruff format --check .
	@$(bin)/ruff check .
	@$(bin)/mypy .

format: setup ## Put the code in shape.
	@$(bin)/ruff format .
	@$(bin)/ruff check --fix .

bench: setup ## Measure against the honest floor.
	@for file in benchmarks/[a-z]*.py; do [ ! -e "$$file" ] || $(bin)/python -m "benchmarks.$$(basename "$$file" .py)"; done

behaviours: setup ## List every behaviour with the tests that prove it.
	@$(bin)/python -m scripts.behaviours

reference: setup ## Write docs/reference anew from the code.
	@$(bin)/python -m scripts.make_reference

screenshots: setup ## Take the pictures in the docs anew from a demo.
	@$(bin)/python -m scripts.screenshots
