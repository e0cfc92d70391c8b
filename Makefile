# The few commands Walness needs; each prepares for itself what it lacks.
PYTHON  ?= $(shell command -v python3.11 || command -v python3)
PORT    ?= 8000
DATA    ?= data
VENV    := .venv
BIN     := $(VENV)/bin
MANAGE  := DEMO_HTTP=1 $(BIN)/python manage.py
PIP     := $(BIN)/python -m pip --disable-pip-version-check install -qq --progress-bar off --no-compile
PANGO   := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
CONTENT := $(wildcard */migrations/*.py diagnosis/content/*.toml diagnosis/content/*/*.toml clinics/data/*) \
           $(shell find static -type f 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: vendor lighthouse pango help run test lint tidy types rules units chromium train bench screenshots admin clean faults load fuzz corpus audit backup restore lock sbom

help:  ## list these commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

run: var/ready pango  ## serve the site on http://127.0.0.1:8000
	@echo "Walness is on http://127.0.0.1:$(PORT)/ (stop it with Ctrl-C)"
	@DEMO_HTTP=1 PORT=$(PORT) $(BIN)/gunicorn -c python:walness.serving walness.wsgi:application

test: lint types rules audit units  ## check style, types, dependency rules, and run every test

lint: $(VENV)/dev  ## check the style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

tidy: $(VENV)/dev  ## bring code and templates into that style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	git ls-files '*.html' | xargs $(BIN)/djade --target-version 5.2 || true

types: $(VENV)/dev
	$(BIN)/mypy

rules: $(VENV)/dev
	$(BIN)/lint-imports

# Without Chromium, and without the right to install it, the journeys are left out and that is said.
units: $(VENV)/dev chromium pango
	$(BIN)/python -m pytest -n 2 --dist loadfile $(if $(shell command -v chromium || true),,-m "not journey")

chromium:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
		echo "The browser journeys are left out: they need Debian's Chromium (sudo apt-get install chromium)."

pango:
	@/sbin/ldconfig -p | grep -q libpangoft2 || { test "$$(id -u)" = 0 && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PANGO) >/dev/null; } || \
		echo "PDF reports are left out: they need Debian's Pango (sudo apt-get install $(PANGO))."

train: $(VENV)/run  ## train one task: make train TASK=dog_eye DATA=folder
	@test -n "$(TASK)" || { echo "Which task? For example: make train TASK=dog_eye DATA=folder"; exit 2; }
	$(BIN)/python -m ml train $(TASK) --data $(DATA)

bench: $(VENV)/dev  ## measure speed, memory and growth: docs/bench.json, docs/bench.md and a plot
	$(BIN)/python -m tests.bench

screenshots: $(VENV)/dev var/ready chromium  ## draw docs/screenshots afresh, of PHOTO=file or a drawn mole
	DEMO_HTTP=1 $(BIN)/python -m tests.journeys.screenshots $(PHOTO)

vendor: $(VENV)/dev  ## fetch the front-end files of others anew, and write down their sums
	$(BIN)/python tests/contracts/vendor.py

lighthouse: $(VENV)/dev var/ready chromium  ## audit the main pages with Lighthouse and write docs/lighthouse.md (npm)
	DEMO_HTTP=1 $(BIN)/python -m tests.journeys.lighthouse

faults: $(VENV)/dev  ## kill processes, fill a disk, back up under load and restore: what was promised is still there
	$(BIN)/python -m tests.faults.kills
	$(BIN)/python -m tests.faults.disk
	$(BIN)/python -m tests.faults.drill

load: $(VENV)/dev  ## eight people sending for ten minutes, then 200 slow ones, through nginx (needs nginx)
	$(BIN)/python -m tests.load.uploads
	$(BIN)/python -m tests.load.slow

fuzz: $(VENV)/dev $(VENV)/fuzz  ## ask the API odd things for three minutes, then let a fuzzer write photos for ten
	$(BIN)/python -m tests.fuzz.openapi $(VENV)/fuzz/bin/schemathesis
	$(BIN)/python -W ignore -m tests.fuzz.photo_reader -max_total_time=600

$(VENV)/fuzz: $(VENV)/run  # in an environment of its own: it brings other versions along
	@$(PYTHON) -m venv $@ && $@/bin/pip install -qq schemathesis==4.32.5

corpus: $(VENV)/dev  ## send the hostile files of HOSTILE=folder (its MANIFEST.csv says which) through the real form, and show its words
	$(BIN)/python -m tests.security.corpus $(HOSTILE)
	test ! -f $(HOSTILE)/payloads/blns.txt || \
		WORDS=$(HOSTILE)/payloads/blns.txt $(BIN)/python -m pytest -q tests/journeys/test_markup.py

audit: $(VENV)/dev  ## look for dangerous calls and for secrets
	$(BIN)/bandit -q -r walness diagnosis clinics ml manage.py -x ml/training,ml/datasets,ml/segmentation -s B101,B106,B108,B404,B603
	$(BIN)/bandit -q -r ml/training ml/datasets ml/segmentation -s B101,B311,B404,B603,B608,B610  # no visitor reaches these
	git ls-files -z -- ':!tests' ':!*.md' | xargs -0 $(BIN)/detect-secrets-hook --baseline .secrets.baseline  # tests have passwords of nobody

backup: var/ready  ## copy database and photos into TO=folder (var/backups) while the service runs
	@$(MANAGE) backup $(TO)

restore: $(VENV)/run  ## bring FROM=folder back where no database and no photos are
	@$(MANAGE) restore $(FROM)

lock: $(VENV)/release  ## write requirements.lock: every package with its hashes, for production
	@{ echo "# What production installs, on Linux x86-64 and Python 3.11: pip install --require-hashes -r requirements.lock"; \
	   echo "# Made by \`make lock\` from requirements.txt and constraints.txt."; \
	   $(VENV)/release/bin/uv pip compile -q --generate-hashes --no-header --no-annotate --no-emit-index-url \
	     --python-version 3.11 --python-platform x86_64-unknown-linux-gnu requirements.txt; } > requirements.lock.new
	@mv requirements.lock.new requirements.lock

sbom: $(VENV)/release  ## write var/sbom.json: what production consists of (CycloneDX)
	@mkdir -p var
	$(VENV)/release/bin/cyclonedx-py requirements --output-reproducible -o var/sbom.json requirements.lock

$(VENV)/release: $(VENV)/run
	@$(PYTHON) -m venv $@ && $@/bin/pip install -qq uv==0.13.9 cyclonedx-bom==7.5.0

admin: var/ready  ## create an account for /admin/
	$(MANAGE) createsuperuser

clean:  ## remove the environment and caches; cases and clinics in var/ stay
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis var/ready

# The stamps: each is newer than what it was made from, so the second `make run` has nothing to prepare.
var/ready: $(VENV)/run $(CONTENT)
	$(MANAGE) migrate --verbosity 0
	$(MANAGE) load_catalogue
	$(MANAGE) import_clinics
	$(MANAGE) collectstatic --noinput --verbosity 0
	@touch $@

# An environment whose Python is gone is no environment: it is made, and all is installed, once more.
ifneq ($(shell $(BIN)/python -c "print(1)" 2>/dev/null),1)
.PHONY: $(VENV)/run
endif

$(VENV)/run: requirements.txt constraints.txt
	@$(BIN)/python -c "" 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing what Walness runs on (some minutes the first time)"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/dev: requirements-dev.txt $(VENV)/run
	@echo "Installing what the tests need"
	@$(PIP) -r requirements-dev.txt
	@touch $@
