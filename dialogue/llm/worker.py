"""The child process that holds the embedded model. Run as `python -m dialogue.llm.worker`.

JSON lines. In: `{"id", "system", "user", "schema", "max_tokens", "deadline_s", "temperature"}`, one answered
after the other, and `{"cancel": id}` at any time. Out: `{"event": "ready"}` once, then for each request
`{"id", "text", "tokens"}` or `{"id", "error": "late" | "cancelled" | "failed", "why"}`; every line carries
`memory_mb`. The end of the input ends the process at once, whatever it is doing.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import llama_cpp
from llama_cpp import Llama
from llama_cpp.llama_chat_format import Jinja2ChatFormatter
from llama_cpp.llama_grammar import LlamaGrammar

GRAMMARS_KEPT = 64
PIECE = 32


class StoppedError(Exception):
    """The request in hand was cancelled or has passed its deadline. `str()` says which."""


class Stopper:
    """Whether the request in hand must stop; asked between tokens, and between pieces of a prompt."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled: set[int] = set()
        self._id: int | None = None
        self._until = 0.0

    def begin(self, number: int, deadline_s: float) -> None:
        """Take up a request."""
        with self._lock:
            self._id, self._until = number, time.monotonic() + deadline_s

    def end(self) -> None:
        """Put it down."""
        with self._lock:
            if self._id is not None:
                self._cancelled.discard(self._id)
            self._id = None

    def cancel(self, number: int) -> None:
        """Note a cancellation, of the request in hand or of one that still waits."""
        with self._lock:
            self._cancelled.add(number)

    def reason(self) -> str | None:
        """`cancelled`, `late`, or None to go on."""
        if self._id in self._cancelled:
            return "cancelled"
        return "late" if time.monotonic() > self._until else None


@dataclass(frozen=True)
class Prefix:
    """What the engine has computed for a system prompt: its tokens and the state after them."""

    tokens: list[int]
    state: ctypes.Array[ctypes.c_uint8]


class Engine:
    """The model, its chat template, and the system prompts that are kept warm."""

    def __init__(self, model: Path, context: int, threads: int, stopper: Stopper) -> None:
        self._stopper = stopper
        self._llm = Llama(
            str(model), n_ctx=context, n_threads=threads, n_threads_batch=threads, n_batch=256, verbose=False
        )
        self._vocab = llama_cpp.llama_model_get_vocab(self._llm.model)
        self._template = Jinja2ChatFormatter(
            template=self._llm.metadata["tokenizer.chat_template"],
            eos_token=self._piece(self._llm.token_eos()),
            bos_token=self._piece(self._llm.token_bos()),
        )
        self._prefixes: dict[str, Prefix] = {}
        self._grammars: dict[str, LlamaGrammar] = {}

    def warm(self, system: str) -> None:
        """Compute a system prompt once and keep the result, so that other requests cannot push it out."""
        ours, others = self._prompt(system, "あ"), self._prompt(system, "?")
        shared = _shared(ours, others)
        self._clear()
        self._llm.eval(ours[:shared])
        size = llama_cpp.llama_state_seq_get_size(self._llm.ctx, 0)
        state = (ctypes.c_uint8 * size)()
        llama_cpp.llama_state_seq_get_data(self._llm.ctx, state, size, 0)
        self._prefixes[system] = Prefix(ours[:shared], state)

    def answer(self, request: Mapping[str, Any]) -> tuple[str, int]:
        """Text and number of tokens; raises `StoppedError`, or `ValueError` for what cannot be asked."""
        tokens = self._prompt(request["system"], request["user"])
        room = self._llm.n_ctx() - len(tokens)
        if room < request["max_tokens"]:
            raise ValueError(f"{len(tokens)} tokens leave no room for {request['max_tokens']} more")
        self._stopper.begin(request["id"], request["deadline_s"])
        try:
            self._restore(request["system"])
            self._read(tokens)
            out = self._generate(tokens, request)
        except RuntimeError:
            self._clear()
            raise
        finally:
            self._stopper.end()
        return self._llm.detokenize(out).decode("utf-8", "ignore"), len(out)

    def _read(self, tokens: list[int]) -> None:
        """Compute all of the prompt but its last token, from where it differs from what the context holds.

        In pieces, so that a request that is late or cancelled stops between two of them.
        """
        held = self._llm.input_ids[: self._llm.n_tokens].tolist()
        same = _shared(held, tokens[:-1])
        self._llm.n_tokens = same
        for begin in range(same, len(tokens) - 1, PIECE):
            self._go_on()
            self._llm.eval(tokens[begin : min(begin + PIECE, len(tokens) - 1)])

    def _go_on(self) -> None:
        if (why := self._stopper.reason()) is not None:
            raise StoppedError(why)

    def _generate(self, tokens: list[int], request: Mapping[str, Any]) -> list[int]:
        schema = request["schema"]
        grammar = None if schema is None else self._grammar(json.dumps(schema, ensure_ascii=False))
        out: list[int] = []
        for token in self._llm.generate(tokens, temp=request["temperature"], grammar=grammar):
            if llama_cpp.llama_vocab_is_eog(self._vocab, token):
                break
            out.append(token)
            if len(out) >= request["max_tokens"]:
                break
            self._go_on()
        return out

    def _restore(self, system: str) -> None:
        """Bring a warm prefix back when another request has pushed it out of the context."""
        prefix = self._prefixes.get(system)
        if prefix is None:
            return
        count = len(prefix.tokens)
        if self._llm.n_tokens >= count and self._llm.input_ids[:count].tolist() == prefix.tokens:
            return
        self._clear()
        llama_cpp.llama_state_seq_set_data(self._llm.ctx, prefix.state, len(prefix.state), 0)
        self._llm.input_ids[:count] = prefix.tokens
        self._llm.n_tokens = count

    def _clear(self) -> None:
        self._llm.n_tokens = 0
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self._llm.ctx), True)

    def _prompt(self, system: str, user: str) -> list[int]:
        messages: Any = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        formatted = self._template(messages=messages)
        return list(self._llm.tokenize(formatted.prompt.encode(), add_bos=not formatted.added_special, special=True))

    def _piece(self, token: int) -> str:
        return self._llm.detokenize([token], special=True).decode("utf-8", "ignore") if token >= 0 else ""

    def _grammar(self, schema: str) -> LlamaGrammar:
        if schema not in self._grammars:
            if len(self._grammars) >= GRAMMARS_KEPT:
                self._grammars.pop(next(iter(self._grammars)))
            self._grammars[schema] = LlamaGrammar.from_json_schema(schema, verbose=False)
        return self._grammars[schema]


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens two prompts share from their beginning."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def memory_mb() -> float:
    """Resident memory of this process in MB (0 where the system does not tell)."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


def listen(source: IO[str], requests: queue.Queue[dict[str, Any]], stopper: Stopper) -> None:
    """Read lines until the parent is gone; then end the process, even in the midst of a computation."""
    for line in source:
        message = json.loads(line)
        if "cancel" in message:
            stopper.cancel(message["cancel"])
        else:
            requests.put(message)
    os._exit(0)


def reply_to(engine: Engine, request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer one request, whatever happens."""
    try:
        text, tokens = engine.answer(request)
    except StoppedError as error:
        return {"id": request["id"], "error": str(error), "why": str(error)}
    except Exception as error:
        return {"id": request["id"], "error": "failed", "why": f"{type(error).__name__}: {error}"}
    return {"id": request["id"], "text": text, "tokens": tokens}


def main() -> None:
    """Load, warm, and answer until the parent closes our input."""
    options = argparse.ArgumentParser()
    options.add_argument("model", type=Path)
    options.add_argument("--context", type=int, required=True)
    options.add_argument("--threads", type=int, required=True)
    options.add_argument("--nice", type=int, required=True)
    told = options.parse_args()
    os.nice(told.nice)
    # Whatever a library prints goes to the log, so that the lines on the real output are ours alone.
    lines = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)

    def say(message: dict[str, Any]) -> None:
        lines.write(json.dumps({**message, "memory_mb": round(memory_mb(), 1)}, ensure_ascii=False) + "\n")

    stopper = Stopper()
    requests: queue.Queue[dict[str, Any]] = queue.Queue(maxsize=64)
    warm = json.loads(sys.stdin.readline())["warm"]
    threading.Thread(target=listen, args=(sys.stdin, requests, stopper), daemon=True).start()
    engine = Engine(told.model, told.context, told.threads, stopper)
    for system in warm:
        engine.warm(system)
    say({"event": "ready"})
    while True:
        say(reply_to(engine, requests.get()))


if __name__ == "__main__":
    main()
