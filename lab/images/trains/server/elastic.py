"""The few requests the apiserver makes of Elasticsearch, in the dialect of 5.6 (types, routing) or of 7.x (neither)."""

import http.client
import json
import os
import threading

from .release import NUMBER, SEVEN

# The names of a variable, the first one that is set counts: older ones stay valid, newer ones mean nothing to an old release.
_PREFIXES = ("TRAINS_", "") if NUMBER >= (0, 13) else ("",)


def service(name, default_port):
    """Host and port of a service. From 0.16 on the default port of Elasticsearch is 9211: a trap of the real one."""
    hosts = [f"{prefix}{name}_SERVICE_HOST" for prefix in _PREFIXES] + [f"{name}_SERVICE_SERVICE_HOST"]
    ports = [f"{prefix}{name}_SERVICE_PORT" for prefix in _PREFIXES]
    return _first_set(hosts) or "127.0.0.1", int(_first_set(ports) or default_port)


def _first_set(names):
    return next(filter(None, map(os.environ.get, names)), None)


ADDRESS = service("ELASTIC", 9211 if SEVEN else 9200)
_local = threading.local()


class ElasticError(Exception):
    def __init__(self, status, text):
        super().__init__(f"{status}: {text[:400]}")
        self.status = status


def request(method, path, body=None, content_type="application/json"):
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    for last in (False, True):
        connection = getattr(_local, "connection", None) or http.client.HTTPConnection(*ADDRESS, timeout=60)
        _local.connection = connection
        try:
            connection.request(method, path, data, {"Content-Type": content_type})
            answer = connection.getresponse()
            text = answer.read().decode()
            break
        except (OSError, http.client.HTTPException):
            connection.close()
            _local.connection = None
            if last:
                raise
    if answer.status >= 400:
        raise ElasticError(answer.status, text)
    return json.loads(text) if text else {}


def search(index, task, body):
    """Searches an index for one task; an index nobody has written to yet has no documents."""
    path = f"/{index}/_search?ignore_unavailable=true" + ("&track_total_hits=true" if SEVEN else f"&routing={task}")
    answer = request("POST", path, body)
    total = answer["hits"]["total"]
    return answer, total["value"] if isinstance(total, dict) else total


def bulk(actions):
    """Indexes (index, type, id or None, task or None, document) tuples, 500 at a time, visible at once."""
    for start in range(0, len(actions), 500):
        lines = []
        for index, kind, identity, task, document in actions[start : start + 500]:
            head = {"_index": index, "_type": "_doc" if SEVEN else kind}
            if identity:
                head["_id"] = identity
            if task and not SEVEN:
                head["_routing"] = task
            lines += [json.dumps({"index": head}), json.dumps(document)]
        answer = request("POST", "/_bulk?refresh=true", ("\n".join(lines) + "\n").encode(), "application/x-ndjson")
        if answer["errors"]:
            wrong = next(item["index"] for item in answer["items"] if item["index"].get("error"))
            raise ElasticError(wrong["status"], json.dumps(wrong["error"]))


KEYWORD, FLOAT, DATE, TEXT = {"type": "keyword"}, {"type": "float"}, {"type": "date"}, {"type": "text", "index": False}
_EVENTS = {
    "@timestamp": DATE, "task": KEYWORD, "type": KEYWORD, "worker": KEYWORD, "timestamp": DATE,
    "iter": {"type": "long"}, "metric": KEYWORD, "variant": KEYWORD, "value": FLOAT,
}  # fmt: skip
_WORKERS = {
    "timestamp": DATE, "worker": KEYWORD, "category": KEYWORD, "metric": KEYWORD, "variant": KEYWORD,
    "value": FLOAT, "unit": KEYWORD, "task": KEYWORD,
}  # fmt: skip
_QUEUES = {"timestamp": DATE, "queue": KEYWORD, "average_waiting_time": FLOAT, "queue_length": {"type": "integer"}}
# name: (pattern, order, type on 5.6, own settings, fields)
TEMPLATES = {
    "events": ("events-*", 0, "_default_", True, _EVENTS),
    "events_log": ("events-log-*", 1, "_default_", False, {"msg": TEXT, "level": KEYWORD}),
    "events_plot": ("events-plot-*", 1, "_default_", False, {"plot_str": TEXT}),
    "events_training_debug_image": ("events-training_debug_image-*", 1, "_default_", False, {"key": KEYWORD, "url": KEYWORD}),
}
# Redis came with 0.12, and with it statistics.
if NUMBER >= (0, 12):
    TEMPLATES["queue_metrics"] = ("queue_metrics_*", 0, "metrics", True, _QUEUES)
    TEMPLATES["worker_stats"] = ("worker_stats_*", 0, "stat", True, _WORKERS)


def template(name):
    pattern, order, kind, settings, fields = TEMPLATES[name]
    mapping = {"properties": fields}
    if settings:
        mapping["_source"] = {"enabled": True}
    if name == "events" and not SEVEN:
        mapping["_routing"] = {"required": True}
    body = {"order": order, "mappings": mapping if SEVEN else {kind: mapping}}
    body["index_patterns" if SEVEN else "template"] = pattern
    if settings:
        body["settings"] = {"number_of_shards": 5 if name == "events" and NUMBER < (0, 13) else 1}
    return body


def put_templates():
    """0.15 and older delete and put, 0.16 only puts."""
    for name in TEMPLATES:
        if not SEVEN:
            try:
                request("DELETE", f"/_template/{name}")
            except ElasticError as error:
                if error.status != 404:
                    raise
        request("PUT", f"/_template/{name}", template(name))
