# Two commands for everyone: `make demo`, `make test`. PYTHON may name another Python 3.11+.
PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH := platform:.
export OMP_NUM_THREADS ?= 1
PORT ?= 8000

.PHONY: demo test check up bench lock clean

.venv/runtime: requirements/runtime.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	touch $@

.venv/test: requirements/test.txt .venv/runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@

demo: .venv/runtime
	$(BIN)/python -m colophon.demo

up: .venv/runtime
	$(BIN)/python -m colophon.stack up --port $(PORT) $(if $(DEMO),--demo) $(UP)

test: .venv/test
	@$(BIN)/python -c "import os, shutil, sys; \
	sys.exit(0) if shutil.which(os.environ.get('CHROMIUM', 'chromium')) else \
	print('The tests need Chromium. On Debian: apt-get install chromium fonts-noto-cjk') or sys.exit(2)"
	$(BIN)/python ci/run_tests.py $(PYTEST)

check: .venv/test
	test ! -e platform/__init__.py  # first: with that file nothing in Python starts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=colophon.settings.test $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/python ci/compose_check.py docker-compose.yml

bench: .venv/test
	for file in bench/[a-z]*.py; do $(BIN)/python -m bench.$$(basename $$file .py) || exit 1; done

# Needs uv (`pip install uv`) and a registry. Hashes, but no address of a registry, are written.
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet --extra embedded
lock:
	$(LOCK) -o requirements/runtime.txt
	$(LOCK) --extra test -c requirements/runtime.txt -o requirements/test.txt

# var/ is left alone but for the demo: it may hold a ledger.
clean:
	rm -rf .venv var/demo
