"""A model server that costs nothing: python fake_model_server.py PORT [die-at-start].

It answers /health and /v1/completions, dies at GET /die, and starts a child, as vLLM does, that ignores SIGTERM.
"""

from __future__ import annotations

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

CHILD = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('child', flush=True); time.sleep(600)"
)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/die":
            os._exit(3)
        self._answer(b"ok" if self.path == "/health" else str(os.getpid()).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(b'{"choices": []}')

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


if __name__ == "__main__":
    if "die-at-start" in sys.argv:
        sys.stderr.write("(EngineCore pid=7) ERROR 01-01 00:00:00 [core.py:1] ValueError: the model is broken\n")
        sys.exit("RuntimeError: Engine core initialization failed. See root cause above.")
    subprocess.Popen([sys.executable, "-c", CHILD], stdout=subprocess.PIPE).stdout.readline()  # type: ignore[union-attr]
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
