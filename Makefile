# Everything runs in .venv, which is made on first use from the pins in requirements/.
# A machine needs Python 3.11 or newer with venv, git and make; Go comes from .venv too.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCANNER := packages/sqlite-scanner

# Programs started this way find Go and uv in .venv before any other.
RUN := PATH="$(CURDIR)/$(BIN):$$PATH"
# The Go of .venv, building for this machine whatever the user's own settings say.
GO := env -u GOFLAGS -u GOOS -u GOARCH GOTOOLCHAIN=local CGO_ENABLED=0 $(CURDIR)/$(BIN)/go
# The race detector needs a C compiler: zig's, of .venv too.
GO_RACE := env -u GOFLAGS -u GOOS -u GOARCH GOTOOLCHAIN=local CGO_ENABLED=1 \
    CC="$(CURDIR)/$(BIN)/python -m ziglang cc" $(CURDIR)/$(BIN)/go

PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PYTEST := $(RUN) $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-header --no-emit-index-url --upgrade --extra go packages/go-to-wheel/pyproject.toml

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## List what make can do here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

# --- the environment ---------------------------------------------------------------------

# Each stamp stands for a finished step, so a second run has nothing to do.
MADE := $(VENV)/.made
BASE := $(VENV)/.base
DEV := $(VENV)/.dev

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(BASE): $(MADE) requirements/base.txt packages/go-to-wheel/pyproject.toml
	$(PIP) install --require-hashes --requirement requirements/base.txt
	$(PIP) install --no-deps --no-build-isolation --editable packages/go-to-wheel
	@touch $@

$(DEV): $(BASE) requirements/dev.txt
	$(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@

.PHONY: setup
setup: $(DEV) ## Make .venv, or bring it up to date

# --- what people run ---------------------------------------------------------------------

.PHONY: demo
demo: $(BASE) ## Build the sqlite-scanner wheels, install one, scan a sample folder
	@$(RUN) $(BIN)/python scripts/demo.py

.PHONY: test
test: $(DEV) ## Run every test: unit, Go, integration
	$(PYTEST) packages/*/tests/unit
	cd $(SCANNER) && $(GO) test ./...
	cd $(SCANNER) && $(GO_RACE) test -race ./internal/...
	$(PYTEST) packages/*/tests/integration

.PHONY: test-unit
test-unit: $(DEV) ## Run the fast tests
	$(PYTEST) packages/*/tests/unit

.PHONY: lint
lint: $(DEV) ## Check style and types of the Python and Go code
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	cd packages/datasette-scan && $(CURDIR)/$(BIN)/mypy
	@echo gofmt -l $(SCANNER) examples
	@unformatted="$$("$$($(GO) env GOROOT)/bin/gofmt" -l $(SCANNER) examples)" && \
	    { [ -z "$$unformatted" ] || { echo "not as gofmt wants it:" $$unformatted >&2; exit 1; }; }
	cd $(SCANNER) && $(GO) vet ./...
	cd examples/reverse-proxy && $(GO) vet ./...
	cd examples/several-binaries && $(GO) vet ./...
	cd examples/python-package && $(GO) vet ./...
	cd examples/wazero/guests && GOOS=wasip1 GOARCH=wasm $(CURDIR)/$(BIN)/go vet ./...

.PHONY: format
format: $(DEV) ## Bring the Python and Go code into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	"$$($(GO) env GOROOT)/bin/gofmt" -w $(SCANNER) examples

.PHONY: docs
docs: $(DEV) ## Build the documentation into build/site
	$(RUN) $(BIN)/python scripts/docs_mermaid.py
	DISABLE_MKDOCS_2_WARNING=true NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build

.PHONY: bench
bench: $(DEV) ## Measure speed and size against the peers
	$(RUN) $(BIN)/python benchmarks/run.py

.PHONY: pins
pins: $(DEV) ## Refresh the pinned versions in requirements/
	$(COMPILE) --extra cgo --extra signatures requirements/dev.in --output-file requirements/dev.txt
	$(COMPILE) requirements/base.in --constraints requirements/dev.txt \
	    --output-file requirements/base.txt

.PHONY: clean
clean: ## Delete everything that make has made here
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find packages scripts benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
