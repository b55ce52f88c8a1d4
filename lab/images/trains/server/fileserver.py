"""The file server: POST /<path> keeps the body, GET /<path> gives it back, GET / is not allowed (as before 1.7)."""

import signal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path("/mnt/fileserver")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        file = self._file()
        if file is None:
            self._answer(405, b"Method Not Allowed")
        elif file.is_file():
            self._answer(200, file.read_bytes())
        else:
            self._answer(404, b"Not Found")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        file = self._file()
        if file is None:
            return self._answer(400, b"a path is needed")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        self._answer(200, str(file.relative_to(ROOT)).encode())

    def _file(self):
        file = (ROOT / unquote(urlsplit(self.path).path).lstrip("/")).resolve()
        return file if ROOT in file.parents else None

    def _answer(self, code, body):
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: exit(143))
    ThreadingHTTPServer(("0.0.0.0", 8081), Handler).serve_forever()
