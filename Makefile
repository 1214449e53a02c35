# Thin: every target is a script or one cargo command. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run run-emulated emulate test check fmt e2e faults bench bench-finance bench-pool bench-model fuzz package clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what the other targets need and this machine lacks
	@scripts/setup.sh test

run: ## Build and serve http://127.0.0.1:3000, data in ./data
	@scripts/run.sh

run-emulated: ## The same on an emulated Lakebase database; no account needed
	@scripts/run-emulated.sh

emulate: ## An emulated workspace and database; prints the environment an app needs
	@scripts/emulate.sh

test: ## Every check and test, on memory and on PostgreSQL
	@scripts/test.sh

check: ## Format, lints, dependency rules; runs no test
	@scripts/setup.sh test
	@scripts/check.sh

fmt: ## Format the Rust code
	@cargo fmt --all

e2e: ## Browser tests alone
	@scripts/e2e.sh

faults: ## Break the database in every way while people work
	@scripts/faults.sh

bench: ## Measure the numbers that docs/ARCHITECTURE.md states
	@scripts/bench.sh

bench-finance: ## Measure the CSV reader beside csv, duckdb, hledger and beancount
	@scripts/bench-finance.sh

bench-pool: ## Measure the Lakebase pool beside its peers
	@scripts/bench-pool.sh

bench-model: ## Measure what is added to a serving endpoint's own first words
	@scripts/bench-model.sh

fuzz: ## Feed the statement readers changed bytes, ten minutes a format
	@scripts/fuzz.sh

package: ## Make dist/: a static binary, the site, app.yaml
	@scripts/package.sh

clean: ## Remove everything that was built
	@cargo clean
	@rm -rf dist .pgdata end2end/test-results end2end/playwright-report
