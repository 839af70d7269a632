# make run, make test: each prepares what it needs. `make help` lists the rest.

PORT ?= 8000
SEED ?= yes
SCALE ?= county
# Each demo is a separate installation.
ifeq ($(SCALE),enterprise)
export PORTAL_VAR ?= var/enterprise
endif
MANAGE = .venv/bin/python manage.py

# Keep compiled modules even if the shell says otherwise: else each of the portal's processes would
# compile everything again.
unexport PYTHONDONTWRITEBYTECODE
# The variable of a production node (.env.sample) has the same name as the option of `make run`.
unexport HTTPS

.DEFAULT_GOAL := help
.PHONY: help install run test test-unit test-long calendar check types others fix bench cells api attack chaos load audit bundle demo stop clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/.installed-run: requirements.txt constraints.txt
	@tools/environment.sh run

.venv/.installed-dev: requirements.txt requirements-dev.txt constraints.txt
	@tools/environment.sh dev

.venv/.installed-bench: requirements.txt requirements-dev.txt requirements-bench.txt constraints.txt
	@tools/environment.sh bench

.venv/.installed-audit: requirements.txt requirements-audit.txt constraints.txt
	@tools/environment.sh audit

# After Python, since npm itself may be installed from PyPI.
node_modules/.installed: package.json package-lock.json | .venv/.installed-run
	@tools/environment.sh npm

# Not committed: a fresh clone needs it to show Chinese. Compiling it starts no server and connects to
# none that is configured.
CATALOGUE = locale/zh_Hans/LC_MESSAGES/django.mo
$(CATALOGUE): $(wildcard locale/*/LC_MESSAGES/django.po) | .venv/.installed-run
	@DATABASE_URL=postgresql:///unused REDIS_URL=redis://unused KEYS_FILE= DOOR=no PORTAL_VAR=.venv \
		$(MANAGE) catalogue --compile

install: .venv/.installed-run .venv/.installed-dev node_modules/.installed $(CATALOGUE)  ## environment for run, test and check

run: .venv/.installed-run node_modules/.installed $(CATALOGUE)  ## the portal on http://127.0.0.1:8000/ (PORT=8001: another port; SEED=no: no demo; SCALE=enterprise: the demo enterprise; PRACTICE=yes: also the practice area; HTTPS=1: over https, for writing without a signal)
	@$(MANAGE) serve --port $(PORT) --scale $(SCALE) $(if $(filter no,$(SEED)),--no-seed) $(if $(filter yes,$(PRACTICE)),--practice) $(if $(filter 1 yes,$(HTTPS)),--https)

test: install  ## a random share of all tests, plus those that every run includes; with browser journeys
	@tools/browser.sh
	@.venv/bin/python -m pytest $(ARGS)

test-unit: install  ## only tests of rules, acts and figures: no pages, no browser, nothing slow
	@.venv/bin/python -m pytest -m "not (browser or pages or slow or long)" $(ARGS)

test-long: install .venv/.installed-bench  ## all tests, including long ones (every page for every role, axe on every page structure, every odd value)
	@AXE=every .venv/bin/python -m pytest -m "not short" $(ARGS)

calendar: install  ## the demo county and the fast tests on each difficult day of a year (hours)
	@.venv/bin/python -m tools.calendar $(ARGS)

check: install  ## lint, format, types, migrations, deployment settings, translations
	@$(MAKE) --no-print-directory -j 2 types others

# Each takes one processor. Node may be installed only in .venv (tools/environment.sh).
types:
	@PATH="$$PATH:$(CURDIR)/.venv/bin" node_modules/.bin/pyright

others:
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/djlint --quiet --lint templates
	@$(MANAGE) makemigrations --check --dry-run
	@$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	@$(MANAGE) catalogue --check

# Settings of a production node, only for this check; none is secret.
PRODUCTION = DEBUG=no HTTPS=yes ALLOWED_HOSTS=portal.example.cn \
	PORTAL_ADDRESS=https://portal.example.cn PUBLIC_BASE_URL=https://hui.example.cn \
	SECRET_KEY=only-for-make-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH

fix: install  ## fix lint and format with ruff
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: install .venv/.installed-bench  ## benchmarks, against limits and the usual alternatives
	@.venv/bin/python -m bench $(ARGS)

api: install  ## schemathesis on every operation of the REST API, many times
	@.venv/bin/python -m pytest -n0 -p no:randomly -m "slow and not short" tests/api/test_schemathesis.py $(ARGS)

attack: install  ## every attack on every URL; writes docs/attacks.md
	@ATTACKS=write .venv/bin/python -m pytest -m "not short" -k every_attack --timeout 0 tests/test_attacks.py $(ARGS)

load: install .venv/.installed-bench  ## 200 signed-in users on two nodes while nodes, workers, broker and the whole province are killed: fast, nothing lost or duplicated, the nation equal (USERS=, SECONDS=)
	@.venv/bin/python -m bench.load $(if $(USERS),--users $(USERS)) $(if $(SECONDS),--seconds $(SECONDS)) $(ARGS)

# For a failed seed, the command to replay it is printed.
chaos: install  ## phones on bad connections to a portal that is killed: no entry lost, duplicated or invisible (SEED=, PHONES=, ENTRIES=)
	@.venv/bin/python -m chaos $(if $(filter-out yes,$(SEED)),--seed $(SEED)) $(if $(PHONES),--phones $(PHONES)) $(if $(ENTRIES),--entries $(ENTRIES)) $(ARGS)

cells: install  ## three provinces and a nation on this machine: equal, a province killed, equal again
	@.venv/bin/python -m cells

audit: .venv/.installed-run .venv/.installed-audit node_modules/.installed  ## known vulnerabilities of all dependencies, and a list of these (SBOM), in var/audit
	@.venv/bin/python -m tools.audit $(ARGS)

bundle: .venv/.installed-run node_modules/.installed $(CATALOGUE)  ## a tar in var/bundle to install the portal without a network
	@.venv/bin/python -m tools.bundle $(ARGS)

demo: .venv/.installed-run node_modules/.installed $(CATALOGUE)  ## rebuild the demo (SCALE=enterprise: that of the enterprise)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) seed_demo --scale $(SCALE) --fresh

stop:  ## stop embedded servers left by a killed run
	@[ ! -x .venv/bin/python ] || .venv/bin/python -m portal.run.embedded stop

clean: stop  ## remove environment and test data; data entered in the portal stays in var/
	@rm -rf .venv node_modules var/test var/static .environment.lock .environment.log
	@rm -rf .pytest_cache .ruff_cache
