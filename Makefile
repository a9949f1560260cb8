# install: the environment   run: index seeds/ and serve   test: every test   torture: the store's ordeals   check: lint and types   fix: format
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help install install-programs run test torture check fix lock clean

help:
	@sed -n 's/^# //p' Makefile

install: $(READY)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $(READY)

# Debian's: the page is tested in Chromium (Playwright's own download is not needed), scans are read by Tesseract.
PROGRAMS := chromium tesseract-ocr $(addprefix tesseract-ocr-,ara aze chi-sim rus)
install-programs:
	@dpkg -s $(PROGRAMS) >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq $(PROGRAMS); }

run: install
	$(BIN)/quoth add seeds
	$(BIN)/quoth serve

# Minutes: the store killed, failed, filled up, damaged and crowded. Not part of `make test`; needs cc, root for tmpfs.
torture: install
	cd tests && ../$(BIN)/python -m torture

test: install
	$(BIN)/python -m pytest

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fix: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Write down the exact versions that are installed and tested.
lock: install
	{ echo "# Every package the tests were run with. Written by 'make lock'."; \
	  $(BIN)/pip freeze --exclude-editable | sed 's/+cpu//'; } > constraints.txt

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
