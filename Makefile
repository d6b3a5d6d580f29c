# make repro: set up and run the workflow.  make test: set up and run the tests.  make help: the rest.
#
# PYTHON=  the interpreter to make the environment with
# SEEDS=   of `make sweep`; FULL=1: `make verify` runs every stage anew
# ROWS=    of `make bench`, all if not given; BENCH_TRAIN=, BENCH_TEST=: archives of photographs for it
# EXTRAS=  gpu: TensorFlow's CUDA build (cpu: back again); s3, ssh, drive, export, ray: what those remotes, sources,
#          exports and sharded stages need; heif, jxl, dicom: what reads those pictures; hub, mobilenet:
#          vision transformers, MobileNetV2; on top of what earlier calls asked for
VENV := .venv
PYTHON ?= python3
INSTALLED := $(shell cat $(VENV)/extras 2>/dev/null)
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

BUILD := $(if $(filter cpu,$(EXTRAS)),cpu,$(if $(filter gpu,$(EXTRAS) $(INSTALLED)),gpu,cpu))
WANTED := $(strip $(filter gpu,$(BUILD)) $(sort $(filter-out gpu cpu,$(INSTALLED) $(EXTRAS))))
LOCKS := $(patsubst %,requirements/%.lock,$(BUILD) $(filter-out gpu,$(WANTED)))
# Locks list all that is needed. To resolve it again takes time, and would miss what pyproject.toml leaves out.
PIP_INSTALL := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps

.DEFAULT_GOAL := help
.PHONY: help repro env git-clone sweep verify gpu-check test test-fast bench bench-smoke docs lint format lock clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

repro: git-clone $(VENV)/installed ## run the workflow; stages that are up to date are skipped
	@$(VENV)/bin/python -m transfer check
	$(VENV)/bin/dvc repro

env: $(VENV)/installed ## set up only; EXTRAS="s3 ssh": add what those need
	@echo "The environment is ready. Activate it in each terminal: . $(VENV)/bin/activate"

git-clone:
	@command -v git >/dev/null || { echo "error: git is missing; install it." >&2; exit 2; }
	@git rev-parse --git-dir >/dev/null 2>&1 || { echo "error: this is no Git clone, which DVC needs; run 'git init' here, or clone the project." >&2; exit 2; }

SEEDS ?= 1 2 3
sweep: git-clone $(VENV)/installed ## run SEEDS="1 2 3" through DVC's queue: mean and range of each metric
	@$(VENV)/bin/python -m transfer sweep --seeds $(SEEDS)

verify: git-clone $(VENV)/installed ## check the commit, as others would get it; FULL=1: run it anew too
	@$(VENV)/bin/python -m transfer verify $(if $(FULL),--full)

gpu-check: git-clone $(VENV)/installed ## try everything that a GPU is used for, in ten minutes, and write docs/gpu.md
	@$(VENV)/bin/python -m transfer gpu-check

# One process for each core, and no more than four: each has TensorFlow loaded. tests/conftest.py deals out the files.
PARALLEL := -n logical --maxprocesses 4
test: $(VENV)/installed-dev ## run all tests
	$(VENV)/bin/python -m pytest $(PARALLEL)

test-fast: $(VENV)/installed-dev ## run the tests that take seconds
	$(VENV)/bin/python -m pytest $(PARALLEL) -m "not slow"

export BENCH_TRAIN BENCH_TEST
bench: git-clone $(VENV)/installed ## measure against what else one might run: bench/README.md; ROWS="noop preprocess": some
	@$(VENV)/bin/python -m bench $(ROWS)

bench-smoke: git-clone $(VENV)/installed ## a selection of it, small, in minutes; fails on a broken ratio
	@$(VENV)/bin/python -m bench --smoke $(ROWS)

docs: $(VENV)/installed ## write the tables of docs/parameters.md anew, from params.yaml, the schema and dvc.yaml
	@$(VENV)/bin/python -m transfer.project.parameters_table

lint: $(VENV)/installed-dev ## check style and formatting
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

format: $(VENV)/installed-dev ## mend style and formatting
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

$(VENV)/installed: $(LOCKS) pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) is missing; name a Python 3.10 to 3.13 with PYTHON=." >&2; exit 2; }
	@$(PYTHON) -c 'import sys; (3, 10) <= sys.version_info[:2] <= (3, 13) or sys.exit("error: TensorFlow 2.21 has no build for Python %d.%d; name one from 3.10 to 3.13 with PYTHON=." % sys.version_info[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "error: $(PYTHON) lacks the venv module; install it (Debian: apt-get install python3-venv)." >&2; exit 2; }
	@# The CPU and the GPU build of TensorFlow own the same files: changing from one to the other starts anew.
	$(if $(filter-out $(BUILD),$(if $(filter gpu,$(INSTALLED)),gpu,cpu)),rm -rf $(VENV))
	@# An environment that was half made, or whose interpreter is gone, starts anew too.
	$(VENV)/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing $(LOCKS); the first time takes a minute or more ..."
	$(PIP_INSTALL) $(LOCKS:%=-r %)
	@# The commands `transfer` and `dvc`, which takes the place of DVC's own; nothing is fetched for them.
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
	@echo "$(WANTED)" > $(VENV)/extras
	@touch $@

ifneq ($(WANTED),$(strip $(INSTALLED)))
$(VENV)/installed: FORCE
FORCE:
endif

$(VENV)/installed-dev: requirements/dev.lock $(VENV)/installed
	$(PIP_INSTALL) -r requirements/dev.lock
	@touch $@

UV := uv pip compile --quiet --upgrade --universal --python-version 3.10 --generate-hashes --no-emit-index-url --no-annotate --no-header
lock: ## pin every package anew, by pyproject.toml
	@command -v uv >/dev/null || { echo "error: uv is missing; install it (pip install uv)." >&2; exit 2; }
	$(UV) pyproject.toml --extra cpu -o requirements/cpu.lock
	for extra in gpu dev dicom drive export heif hub jxl mobilenet ray s3 ssh; do $(UV) --constraints requirements/cpu.lock pyproject.toml --extra $$extra -o requirements/$$extra.lock || exit 1; done

clean: ## remove the environment and what the stages wrote; DVC's cache stays
	rm -rf $(VENV) data/raw data/prepared data/features models reports exports live
