# What each target does is in README.md; all of them need nothing but python3 (3.11 or newer) with venv.
SHELL := /bin/bash
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
ROWS ?= 1000000
BIN := .venv/bin
VAR := $(or $(VAR_DIR),var)
CHROME := $(or $(CHROMIUM),$(shell command -v chromium 2>/dev/null))
PYTEST := $(BIN)/pytest -q
SOURCES := crm clusters tests manage.py

.PHONY: setup run test test-sqlite test-postgresql coverage check lint bench fmt messages

setup: .venv/installed messages

.venv/installed: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	@touch $@

CATALOGUES := $(wildcard locale/*/LC_MESSAGES/django.po)
messages: $(CATALOGUES:.po=.mo)
%.mo: %.po | .venv/installed
	@$(BIN)/pybabel --quiet compile -i $< -o $@

# As in production, but for plain HTTP and lines that a person reads.
run: export SECURE_COOKIES ?= 0
run: export LOG_FORMAT ?= text
run: setup
	@umask 077; first=$$(test -e $(VAR)/seeded || echo yes); \
	$(BIN)/python manage.py migrate --verbosity 0 && \
	if [ "$$first" ]; then \
		echo "Making demo data …" && $(BIN)/python manage.py seed_demo --if-empty && touch $(VAR)/seeded; \
	fi && \
	exec $(BIN)/python manage.py serve --host $(HOST) --port $(PORT)

# Many tests start processes of the site, which start quicker when Python may keep what it has compiled.
unexport PYTHONDONTWRITEBYTECODE

# Browser tests start a site of their own for each process, and want the machine to themselves: after the others.
define suite
	$(PYTEST) -n 2 --dist worksteal -m "not browser" $(ARGS)
	$(if $(CHROME),CHROMIUM=$(CHROME) $(PYTEST) -n 2 --dist loadfile -m browser $(ARGS) || test $$? = 5,@echo "Browser tests are skipped: no Chromium (set CHROMIUM or put chromium on the PATH).")
endef

# On the second database without the tests of pure code, which ask none; ALL=1 runs them too.
test: test-sqlite $(if $(TEST_DATABASE_URL),test-postgresql)

test-sqlite: export DATABASE_URL :=
test-sqlite: setup
	$(suite)

test-postgresql: export DATABASE_URL := $(TEST_DATABASE_URL)
test-postgresql: PYTEST := $(PYTEST)$(if $(ALL),, --needs-database)
test-postgresql: setup
	$(suite)

# Of everything but the browser tests, with the processes that tests start. The figure stands in CONTRIBUTING.md.
coverage: export COVERAGE_FILE := $(VAR)/coverage/data
coverage: setup
	@mkdir -p $(VAR)/coverage && $(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -n 2 --dist worksteal -m "not browser" $(ARGS); status=$$?; \
	$(BIN)/coverage combine --quiet && $(BIN)/coverage report && exit $$status

check: lint
	$(MAKE) --no-print-directory test

lint: setup
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(PYTEST) tests/test_layers.py

bench: setup
	$(BIN)/python manage.py benchmark --rows $(ROWS) $(ARGS)

fmt: setup
	$(BIN)/ruff check --fix-only $(SOURCES)
	$(BIN)/ruff format $(SOURCES)
