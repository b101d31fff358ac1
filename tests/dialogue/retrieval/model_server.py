"""A real server of embeddings and of reranking on this machine, over the embedder in process; it can be broken."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from dialogue.retrieval.embedder import Embedder

Answer = Callable[[str, dict[str, Any]], tuple[int, bytes]]


class ModelServer:
    """Listens on a free port while the block lasts. `answer` may be replaced; `asked` are the bodies that came."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.answer: Answer = self.answered
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> ModelServer:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answered(self, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
        """What a sound server says."""
        if path == "/v1/embeddings":
            rows = self._embedder.passages(body["input"])
            data = [{"index": n, "embedding": [float(v) for v in row]} for n, row in enumerate(rows)]
            return 200, json.dumps({"data": data[::-1]}).encode()
        if path == "/v1/rerank":
            rows = self._embedder.passages(body["documents"]) @ self._embedder.queries([body["query"]])[0]
            found = [{"index": n, "relevance_score": float(value)} for n, value in enumerate(rows)]
            return 200, json.dumps({"results": sorted(found, key=lambda one: -one["relevance_score"])}).encode()
        return 404, b"{}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.asked.append(body)
                server.keys.append(self.headers.get("Authorization", ""))
                status, content = server.answer(self.path, body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
