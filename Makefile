# `make dev` runs the product on this machine, `make test` runs every test. Both install what they need.

export PATH := $(CURDIR)/.venv/bin:$(PATH)
export COREPACK_ENABLE_DOWNLOAD_PROMPT := 0
# Set in many containers; without compiled files every Python process starts at half the speed.
unexport PYTHONDONTWRITEBYTECODE
# corepack takes pnpm's version from the package.json of the folder it runs in.
PNPM := cd fd && corepack pnpm

.PHONY: dev serve test bench chaos lint format setup setup-test layers package release licenses sbom clean

dev: setup
	@exec python -m infra.local.dev

# The HTTP functions in one reloading process, by serverless-wsgi: quicker to start and to debug than the gateway of
# `make dev`. It has no WebSocket.
serve: setup
	@exec python -m infra.local.dev --wsgi

test: setup-test layers
	@python -m tests.support.launchers
	python -m pytest -n 2
	$(PNPM) test
	$(PNPM) e2e

# The long form of what `make test` does briefly: see tests/chaos/README.md.
chaos: setup-test
	CHAOS_LONG=1 CHAOS_RESULTS=tests/chaos/results.json python -m pytest tests/chaos -s

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
