# make run, make test: each prepares what it needs. `make help` lists the rest.

PORT ?= 8000
SEED ?= yes
SCALE ?= county
# Each demo is an installation of its own.
ifeq ($(SCALE),enterprise)
export PORTAL_VAR ?= var/enterprise
endif
MANAGE = .venv/bin/python manage.py

# Compiled modules are kept beside their source, also where the shell says otherwise: each of the
# portal's processes would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE
# The switch of a production behind TLS (.env.sample) has the same name as that of `make run`.
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

# After Python, since npm itself may have to come from there.
node_modules/.installed: package.json package-lock.json | .venv/.installed-run
	@tools/environment.sh npm

# Never committed: a fresh clone speaks Chinese only once this is made. No server is started for it,
# and none that is named is asked.
CATALOGUE = locale/zh_Hans/LC_MESSAGES/django.mo
$(CATALOGUE): $(wildcard locale/*/LC_MESSAGES/django.po) | .venv/.installed-run
	@DATABASE_URL=postgresql:///unused REDIS_URL=redis://unused KEYS_FILE= DOOR=no PORTAL_VAR=.venv \
		$(MANAGE) catalogue --compile

install: .venv/.installed-run .venv/.installed-dev node_modules/.installed $(CATALOGUE)  ## environment for run, test and check

run: .venv/.installed-run node_modules/.installed $(CATALOGUE)  ## the portal on http://127.0.0.1:8000/ (PORT=8001: another port; SEED=no: no demo; SCALE=enterprise: the demo enterprise; PRACTICE=yes: also the practice area; HTTPS=1: over https, for writing without a signal)
	@$(MANAGE) serve --port $(PORT) --scale $(SCALE) $(if $(filter no,$(SEED)),--no-seed) $(if $(filter yes,$(PRACTICE)),--practice) $(if $(filter 1 yes,$(HTTPS)),--https)

test: install  ## a share of all tests, drawn anew each time, and what each run must see; browser journeys included
	@tools/browser.sh
	@.venv/bin/python -m pytest $(ARGS)

test-unit: install  ## of these, tests of rules, acts and figures: no pages, no browser, nothing slow
	@.venv/bin/python -m pytest -m "not (browser or pages or slow or long)" $(ARGS)

test-long: install .venv/.installed-bench  ## everything: also what is long by nature (every page for every role, every structure by axe, every odd value)
	@AXE=every .venv/bin/python -m pytest -m "not short" $(ARGS)

calendar: install  ## the demo county and the fast tests on each hard day of a year (hours)
	@.venv/bin/python -m tools.calendar $(ARGS)

check: install  ## lint, format, types, migrations, deployment settings, translations
	@$(MAKE) --no-print-directory -j 2 types others

# Each takes one processor. Node may be there for the portal alone (tools/environment.sh).
types:
	@PATH="$$PATH:$(CURDIR)/.venv/bin" node_modules/.bin/pyright

others:
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/djlint --quiet --lint templates
	@$(MANAGE) makemigrations --check --dry-run
	@$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	@$(MANAGE) catalogue --check

# What a production node sets; none of it is secret and none of it is used to serve.
PRODUCTION = DEBUG=no HTTPS=yes ALLOWED_HOSTS=portal.example.cn \
	PORTAL_ADDRESS=https://portal.example.cn PUBLIC_BASE_URL=https://hui.example.cn \
	SECRET_KEY=only-for-make-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH

fix: install  ## let ruff repair lint and format
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: install .venv/.installed-bench  ## measure the portal against what users would pick instead
	@.venv/bin/python -m bench $(ARGS)

api: install  ## schemathesis over every operation of the REST API, many times
	@.venv/bin/python -m pytest -n0 -p no:randomly -m "slow and not short" tests/api/test_schemathesis.py $(ARGS)

attack: install  ## every attack on every address; writes docs/attacks.md
	@ATTACKS=write .venv/bin/python -m pytest -m "not short" -k every_attack --timeout 0 tests/test_attacks.py $(ARGS)

load: install .venv/.installed-bench  ## 200 signed-in users on two nodes; nodes, workers, broker and the whole province are killed: fast, nothing lost or doubled, the nation equal (USERS=, SECONDS=)
	@.venv/bin/python -m bench.load $(if $(USERS),--users $(USERS)) $(if $(SECONDS),--seconds $(SECONDS)) $(ARGS)

# A seed that failed is said with the words that replay it.
chaos: install  ## phones on bad lines, a portal that is killed: nothing lost, doubled, unseen (SEED=, PHONES=, ENTRIES=)
	@.venv/bin/python -m chaos $(if $(filter-out yes,$(SEED)),--seed $(SEED)) $(if $(PHONES),--phones $(PHONES)) $(if $(ENTRIES),--entries $(ENTRIES)) $(ARGS)

cells: install  ## three provinces and a nation on this machine: equal, one killed, equal again
	@.venv/bin/python -m cells

audit: .venv/.installed-run .venv/.installed-audit node_modules/.installed  ## known holes in what the portal is made of, and the list of it (SBOM), in var/audit
	@.venv/bin/python -m tools.audit $(ARGS)

bundle: .venv/.installed-run node_modules/.installed $(CATALOGUE)  ## the portal for a machine without a network: one tar in var/bundle
	@.venv/bin/python -m tools.bundle $(ARGS)

demo: .venv/.installed-run node_modules/.installed $(CATALOGUE)  ## make the demo anew (SCALE=enterprise: that of the enterprise)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) seed_demo --scale $(SCALE) --fresh

stop:  ## stop the embedded servers, should a killed run have left them
	@[ ! -x .venv/bin/python ] || .venv/bin/python -m portal.run.embedded stop

clean: stop  ## remove environment and test data; what was entered stays in var/
	@rm -rf .venv node_modules var/test var/static .environment.lock .environment.log
	@rm -rf .pytest_cache .ruff_cache
