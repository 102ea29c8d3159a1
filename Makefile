# `make dev` runs the product on this machine, `make test` runs every test. Both install what they need.

export PATH := $(CURDIR)/.venv/bin:$(PATH)
export COREPACK_ENABLE_DOWNLOAD_PROMPT := 0
# Set in many containers; without compiled files every Python process starts at half the speed.
unexport PYTHONDONTWRITEBYTECODE
# corepack takes pnpm's version from the package.json of the folder it runs in.
PNPM := cd fd && corepack pnpm

.PHONY: dev serve test test-all test-unit bench chaos lint format setup setup-test layers package release licenses sbom clean

dev: setup
	@exec python -m infra.local.dev

# The HTTP functions in one reloading process, by serverless-wsgi: quicker to start and to debug than the gateway of
# `make dev`. It has no WebSocket.
serve: setup
	@exec python -m infra.local.dev --wsgi

# Every test, in parallel processes; `make test ONLY=unit` for those that start no MariaDB, no server process and no
# browser: the shared code and the functions on SQLite, and the SPA's components.
PYTEST_WORKERS ?= 0
ONLY ?= all
test: test-$(ONLY)

# The Lambda Web Adapter is built beside the tests, and waited for by the one that needs it.
test-all: setup-test layers
	@mkdir -p .local; nice python -m tests.support.launchers > .local/launchers.log 2>&1 & \
	python -m pytest -n $(PYTEST_WORKERS)
	$(PNPM) test
	$(PNPM) e2e

test-unit: setup-test
	python -m pytest -n 2 -m "not processes" -k "not mariadb" tests/shared tests/functions
	$(PNPM) test

# The long form of what `make test` does briefly: see tests/chaos/README.md.
chaos: setup-test
	CHAOS_LONG=1 CHAOS_RESULTS=tests/chaos/results.json python -m pytest tests/chaos tests/functions/test_durability.py -s

# Every figure of tests/bench/README.md, each beside its floor. `make bench ARGS=--quick` for a look.
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

# The CloudFormation template and the archives of a stage, without a cloud account.
STAGE ?= prod
package: setup layers
	node_modules/.bin/serverless package --stage $(STAGE)

# Everything that is deployed, built once: layers/dist and release/.
release: setup
	@python -m infra.release

# What functions stand on in both clouds, in layers/dist. Rebuilds what has changed.
layers: setup
	@python -m layers.build

# What others wrote of what is deployed: LICENSES.md, and CycloneDX documents in dist/sbom.
licenses: setup layers
	python -m infra.supply_chain licenses

sbom: setup layers
	python -m infra.supply_chain sbom

setup:
	@python3 infra/local/setup.py dev

setup-test:
	@python3 infra/local/setup.py test

# Everything that was installed or built; the local stage's data (.local) stays.
clean:
	rm -rf .venv node_modules fd/node_modules dist fd/dist layers/dist release .serverless
