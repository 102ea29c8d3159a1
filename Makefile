# `make dev` runs the product on this machine, `make test` runs every test. Both install their dependencies.

export PATH := $(CURDIR)/.venv/bin:$(PATH)
export COREPACK_ENABLE_DOWNLOAD_PROMPT := 0
# Many containers set it; without bytecode files Python processes take twice as long to start.
unexport PYTHONDONTWRITEBYTECODE
# corepack reads pnpm's version from the package.json of the current folder.
PNPM := cd fd && corepack pnpm

.PHONY: dev serve test test-all test-unit bench chaos lint format setup setup-test layers package release licenses sbom clean

dev: setup
	@exec python -m infra.local.dev

# The HTTP functions in one reloading process (serverless-wsgi): starts faster and is easier to debug than the gateway
# of `make dev`. Without the WebSocket.
serve: setup
	@exec python -m infra.local.dev --wsgi

# Every test, in parallel processes. `make test ONLY=unit` runs those without MariaDB, server processes and browsers: the
# shared code and the functions on SQLite, and the SPA's components.
PYTEST_WORKERS ?= 3
ONLY ?= all
test: test-$(ONLY)

# The Lambda Web Adapter is built while the tests run; the test that needs it waits for the build.
test-all: setup-test layers
	@mkdir -p .local; nice python -m tests.support.launchers > .local/launchers.log 2>&1 & \
	python -m pytest -n $(PYTEST_WORKERS)
	$(PNPM) test
	$(PNPM) e2e

test-unit: setup-test
	python -m pytest -n $(PYTEST_WORKERS) -m "not processes" -k "not mariadb" tests/shared tests/functions
	$(PNPM) test

# The long form of the load, fuzzing and fault tests: see tests/chaos/README.md.
chaos: setup-test
	CHAOS_LONG=1 CHAOS_RESULTS=tests/chaos/results.json python -m pytest tests/chaos tests/functions/test_durability.py -s

# Backend benchmarks, see tests/bench/README.md. `make bench ARGS=--quick` makes fewer runs.
bench: setup-test layers
	@python -m tests.bench $(ARGS)

lint: setup-test
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	$(PNPM) lint

format: setup-test
	ruff check --fix .
	ruff format .
	$(PNPM) format

# The CloudFormation template and the functions' archives of a stage, without a cloud account.
STAGE ?= prod
package: setup layers
	node_modules/.bin/serverless package --stage $(STAGE)

# Every deployable artifact: layers/dist and release/.
release: setup
	@python -m infra.release

# The functions' layers (dependencies) for both clouds, in layers/dist. Rebuilds only changed ones.
layers: setup
	@python -m layers.build

# Third-party packages that are deployed: LICENSES.md, and bills of materials (CycloneDX) in dist/sbom.
licenses: setup layers
	python -m infra.supply_chain licenses

sbom: setup layers
	python -m infra.supply_chain sbom

setup:
	@python3 infra/local/setup.py dev

setup-test:
	@python3 infra/local/setup.py test

# Removes everything installed or built; the local stage's data (.local) stays.
clean:
	rm -rf .venv node_modules fd/node_modules dist fd/dist layers/dist release .serverless
