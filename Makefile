.PHONY: help setup demo up test test-portals test-windows check format bench chaos links behaviours reference screenshots

bin := .venv/bin

help: ## Show what there is to make.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## Install everything into this checkout.
	@scripts/setup.sh

demo: setup ## Run eight purchases through the whole path; KEEP=1 leaves everything running.
	@$(bin)/tallywright demo $(if $(KEEP),--keep)

up: setup ## Start a sandbox company on this machine.
	@$(bin)/tallywright up

# What a busy machine did not answer in time is asked once more, and named; a wrong answer never is.
again_after_a_timeout := --reruns 1 --only-rerun Timeout -rR

test: setup ## Run all tests.
	@$(bin)/pytest -q -n auto --dist loadgroup $(again_after_a_timeout) --ignore=tests/chaos/test_payments.py --ignore=tests/bots/portals/test_tryton.py --ignore=tests/commands/test_bot_windows.py
	@echo "Payments under fault: eight banks and ten workers want the machine for themselves."
	@$(bin)/pytest -q tests/chaos/test_payments.py

test-portals: setup ## Try a bot on Tryton, an ERP that others wrote; installs it first.
	@scripts/tryton.sh
	@$(bin)/pytest -q tests/bots/portals/test_tryton.py

test-windows: setup ## Record and watch a bot in real windows, on a virtual screen; installs that first.
	@scripts/virtual_screen.sh
	@$(bin)/pytest -q -n0 tests/commands/test_bot_windows.py

check: setup ## Check style and types.
	@$(bin)/ruff format --check .
	@$(bin)/ruff check .
	@$(bin)/mypy .

format: setup ## Put the code in shape.
	@$(bin)/ruff format .
	@$(bin)/ruff check --fix .

bench: setup ## Measure against the honest floor.
	@for file in $$(grep -l "pairing import .*arguments" benchmarks/*.py); do \
	  $(bin)/python -m "benchmarks.$$(basename "$$file" .py)" || exit 1; \
	done

chaos: setup ## Strike 2,000 payments and tamper with 700 copies of an audit log; takes hours.
	@$(bin)/tallywright chaos payments --runs 400 --parts 5
	@$(bin)/tallywright chaos audit --mutations 700

links: setup ## Open the links of 1,000 delivered messages and press everything behind them; takes one to two hours.
	@TALLYWRIGHT_TEST_LINKS=1000 $(bin)/pytest -q -n0 tests/console/test_delivered_links.py

behaviours: setup ## List every behaviour with the tests that prove it.
	@$(bin)/python -m scripts.behaviours

reference: setup ## Write docs/reference anew from the code.
	@$(bin)/python -m scripts.make_reference

screenshots: setup ## Take the pictures in the docs anew from a demo.
	@$(bin)/python -m scripts.screenshots
