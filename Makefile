# Each target is one or two lines that you can also type. On Windows see README.md.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: lab test test-long lint notebooks bench lock

# Open the workbook. The URL is printed as well, for a machine without a browser. LAB_ARGS=--no-browser keeps it closed.
lab: $(VENV)/learner
	$(BIN)/python -m jupyter lab --config lab_settings/jupyter_lab_config.py $(LAB_ARGS)

# Style, types, unit tests, every notebook, every widget in a real browser.
# A file stays with one worker: a notebook's cells share a kernel, the browser tests share one JupyterLab.
test: $(VENV)/developer lint
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m "not long"

# What takes minutes more: memory over thousands of events, a million steps, every program of the doctor's wards.
test-long: $(VENV)/developer
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m long

lint: $(VENV)/developer
	$(BIN)/ruff check && $(BIN)/ruff format --check nnkit tests tools && $(BIN)/mypy

# Make the notebooks of solutions, then run every notebook from top to bottom and store its outputs, as they are
# committed. The second pass joins the pieces in which a kernel happens to send what a cell prints.
notebooks: export TQDM_DISABLE = 1
notebooks: export NNKIT_PROGRESS = $(VENV)/no-progress.json
notebooks: $(VENV)/learner
	$(BIN)/python tools/solutions.py
	$(BIN)/python -m jupyter nbconvert --to notebook --inplace --execute --ExecutePreprocessor.record_timing=False \
	  --ExecutePreprocessor.store_widget_state=False notebooks/*.ipynb notebooks/solutions/*.ipynb
	$(BIN)/python -m jupyter nbconvert --to notebook --inplace --CoalesceStreamsPreprocessor.enabled=True \
	  notebooks/*.ipynb notebooks/solutions/*.ipynb

# How fast it is, beside its peers, in about twenty minutes: tables, benchmarks/results.json and the plots in docs/.
# BENCH=training does one of them, BENCH=--slow adds `make lab` and `make test`, cold and warm.
bench: $(VENV)/developer
	$(BIN)/python -m benchmarks.speed $(BENCH)

# Make the full lock from the short list in pyproject.toml, for every platform and Python version at once.
lock: $(VENV)/developer
	$(BIN)/python -m pip install --quiet --editable ".[lock]"
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest --upgrade \
	  --no-annotate --custom-compile-command "make lock" --output-file requirements.txt
	cp requirements.txt binder/requirements.txt

$(VENV)/learner: requirements.txt pyproject.toml
	@echo "Installing into $(VENV). This takes a minute or two, once."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt --editable .
	@touch $@

$(VENV)/developer: $(VENV)/learner
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.txt --editable ".[test]"
	@touch $@
