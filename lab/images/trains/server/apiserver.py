"""The API: /<service>.<action> or /v<x.y>/<service>.<action>, GET and POST, in the real one's envelope."""

import datetime
import hashlib
import json
import re
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from . import events, startup
from .release import API_VERSION, BUILD, NUMBER, SEVEN, VERSION, log

server_errors = {}


class NotFound(Exception):
    pass


def ping(_):
    if not SEVEN:
        raise NotFound
    return {"msg": "Because it trains cats and dogs"}


def info(_):
    data = {"version": VERSION, "build": BUILD, "commit": hashlib.sha1(f"{VERSION}-{BUILD}".encode()).hexdigest()[:7]}
    if NUMBER >= (0, 15):
        data["uid"] = hashlib.md5(b"server").hexdigest()
    return data


def fixed_users_mode(_):
    return {"enabled": False, **({"server_errors": server_errors} if SEVEN else {})}


def _plain(document):
    document["id"] = document.pop("_id")
    return document


def get_all(data):
    query = {"_id": {"$in": data["id"]}} if data.get("id") else {}
    size = int(data.get("page_size", 500))
    return {"tasks": [_plain(task) for task in startup.mongo.backend.task.find(query).skip(int(data.get("page", 0)) * size).limit(size)]}


def get_by_id(data):
    task = startup.mongo.backend.task.find_one({"_id": data["task"]})
    if not task:
        raise ValueError(f"Invalid task id: id={data['task']}")
    return {"task": _plain(task)}


def reset(data):
    return {"deleted_events": events.delete_for_task(data["task"])}


ENDPOINTS = {
    "debug.ping": ping,
    "server.info": info,
    "auth.fixed_users_mode": fixed_users_mode,
    "events.get_task_log": events.get_task_log,
    "events.get_task_plots": events.get_task_plots,
    "events.debug_images": events.debug_images,
    "events.scalar_metrics_iter_histogram": events.scalar_metrics_iter_histogram,
    "events.add": lambda data: events.add_batch(data["lines"]),
    "events.add_batch": lambda data: events.add_batch(data["lines"]),
    "tasks.get_all": get_all,
    "tasks.get_by_id": get_by_id,
    "tasks.reset": reset,
    "workers.status_report": events.worker_report,
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urlsplit(self.path)
        match = re.fullmatch(r"/(?:v(\d+(?:\.\d+)?)/)?([a-z_]+\.[a-z_0-9]+)", url.path)
        version, name = match.groups() if match else (None, None)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            if not match:
                return self._answer(400, "", version, {}, "Invalid request path " + url.path)
            data = {**dict(parse_qsl(url.query)), **_parse(body)}
            self._answer(200, name, version, ENDPOINTS[name](data))
        except (KeyError, NotFound) as error:
            if name in ENDPOINTS and not isinstance(error, NotFound):
                return self._answer(400, name, version, {}, f"Validation error (missing field {error})")
            self._answer(404, name, version, {}, f"Unable to find endpoint for name {name} and version {version or API_VERSION}")
        except ValueError as error:
            self._answer(400, name, version, {}, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it was, the caller is told and the server goes on
            self._answer(500, name, version, {}, f"General data error ({error})")

    do_POST = do_GET

    def _answer(self, code, name, version, data, message="OK"):
        endpoint = {"name": name, "requested_version": version or API_VERSION, "actual_version": version or API_VERSION}
        meta = {
            "id": uuid.uuid4().hex, "trx": uuid.uuid4().hex, "endpoint": endpoint, "result_code": code,
            "result_subcode": 0, "result_msg": message, "error_stack": None,
        }  # fmt: skip
        text = json.dumps({"meta": meta, "data": data}, default=_encode).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        pass


def _parse(body):
    """One JSON object, or the lines of a batch: an array or one object a line."""
    if not body.strip():
        return {}
    try:
        value = json.loads(body)
    except ValueError:
        value = [json.loads(line) for line in body.splitlines() if line.strip()]
    return {"lines": value} if isinstance(value, list) else {**value, "lines": value.get("events", [value])}


def _encode(value):
    return value.isoformat() if isinstance(value, datetime.datetime) else str(value)


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def main():
    server_errors.update(startup.initialise())
    log("Exposed Services: " + " ".join(sorted({name.split(".")[0] for name in ENDPOINTS})))
    log(f"apiserver stand-in {VERSION}-{BUILD} listening on 8008")
    Server(("0.0.0.0", 8008), Handler).serve_forever()


if __name__ == "__main__":
    import signal

    # process 1 has no default action for it
    signal.signal(signal.SIGTERM, lambda *_: exit(143))
    main()
