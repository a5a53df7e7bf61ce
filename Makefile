# make run: a clone becomes a running Libin with a demo organisation. make test: everything is proved.
# Needed beforehand: Python 3.11 or newer with venv, make, git.

PYTHON ?= python3
BIN := .venv/bin
# Fast with uv; with pip where only pip knows the way to the packages (its own mirror, its own certificates).
INSTALL = { $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) 2>/dev/null || \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); }

.PHONY: run test check messages frontend bench rows wheel lock clean tools

run: .venv/installed frontend messages
	@$(BIN)/libin up --demo $(OPTIONS)

test: .venv/installed-dev tools frontend check
	@$(BIN)/python -m pytest $(OPTIONS)

check: .venv/installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m libin.config.commands.messages check

messages: .venv/installed
	@$(BIN)/python -m libin.config.commands.messages compile >/dev/null

frontend: .venv/installed
	@$(BIN)/python frontend/build.py --node || $(call INSTALL,requirements-node.lock)
	@$(BIN)/python frontend/build.py

bench: .venv/installed-dev frontend messages
	@$(BIN)/python -m bench $(OPTIONS)

rows: .venv/installed-dev
	@$(BIN)/python -m tests.house.rows

wheel: .venv/installed-dev frontend
	@$(BIN)/python -m build --wheel --no-isolation

# The files that pin every package by hash; run after a change of pyproject.toml.
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header
lock: .venv/built
	@$(LOCK) pyproject.toml -o requirements.lock
	@$(LOCK) --group dev pyproject.toml -o requirements-dev.lock
	@$(LOCK) --group build -c requirements-dev.lock -o requirements-build.lock
	@$(LOCK) --group node -o requirements-node.lock

clean:
	rm -rf .venv dist build frontend/node_modules src/libin/ui/static/dist
	rm -rf .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
	find src tests bench -name __pycache__ -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
	@echo "Kept: var/, the data of the installation in this folder."

# Each stamp says what the environment holds; a second run finds them and does nothing.

.venv/built: requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Libin needs Python 3.11 or newer; name it with: make PYTHON=python3.x"; exit 1; }
	@echo "Preparing .venv ..."
	@$(PYTHON) -m venv .venv || \
		{ echo "Python's venv is missing; on Debian type: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.lock
	@touch $@

.venv/installed: .venv/built requirements.lock pyproject.toml hatch_build.py
	@echo "Installing Libin's packages ..."
	@$(call INSTALL,requirements.lock)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	@echo "Installing what the tests need ..."
	@$(call INSTALL,requirements-dev.lock)
	@touch $@

tools:
	@missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	test -x /usr/sbin/dovecot || missing="$$missing dovecot-imapd"; \
	ls /usr/share/fonts/*/*/*CJK* >/dev/null 2>&1 || missing="$$missing fonts-noto-cjk"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing for the tests:$$missing"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else \
		echo "The tests need a browser, a mail server and Chinese letters. Type this, then make test again:"; \
		echo "  sudo apt-get install -y --no-install-recommends$$missing"; \
		exit 1; \
	fi
