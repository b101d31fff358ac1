# Two commands: `make run` sets everything up and takes a sample call; `make test` sets up and passes the tests.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check

# The recipes are written one after the other; run them so.
.NOTPARALLEL:
.PHONY: setup run test llm engine models server check browser clean speakers test-speakers

setup: $(STAMP) models ## environment from the lock file, models in the user's cache

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else "Python 3.11〜3.13 が必要です（PYTHON=python3.11 make …）。")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "仮想環境を作れません。apt-get install -y python3-venv を実行してください。"; exit 1; }
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $(STAMP)

models: $(STAMP)
	@$(BIN)/uketsuke models pull

engine: $(STAMP) ## what runs the embedded language model; compiled once, kept in the user's cache
	@$(BIN)/uketsuke models engine

server: engine ## llama.cpp's own server, for the tests and for other machines on the premises
	@$(BIN)/uketsuke models server

llm: engine ## the embedded language model: engine and weights
	@$(BIN)/uketsuke models pull qwen2.5-coder-1.5b

run: setup ## serve and place a sample call; CALL=no only serves
	@$(BIN)/python -m uketsuke.demo $(if $(filter no,$(CALL)),--no-call)

speakers: $(STAMP) ## what looks at speakers after a call: an environment of its own in the user's cache, and the weights
	@$(BIN)/python -m voice.speakers.environment "$${UKETSUKE_CACHE:-$$HOME/.cache/uketsuke}"
	@$(BIN)/uketsuke models pull pyannote-segmentation

test-speakers: speakers ## the tests of the network with its real weights, in that environment
	"$${UKETSUKE_CACHE:-$$HOME/.cache/uketsuke}/speakers-env/bin/python" -m pytest -c tests-speakers/pytest.ini tests-speakers

browser:
	@command -v chromium >/dev/null || [ -n "$$UKETSUKE_CHROMIUM" ] || \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; } || \
	  { echo "画面のテストには Chromium が要ります。apt-get install -y chromium fonts-noto-cjk を実行してください。"; exit 1; }

test: setup browser server ## the suite, on the real models
	@$(BIN)/uketsuke models pull qwen2.5-coder-0.5b
	$(BIN)/pytest

check: $(STAMP) ## what CI checks besides the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
