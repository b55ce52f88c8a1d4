"""Events: reading and writing them the way the two generations of the server do."""

import datetime
import hashlib
import uuid

from . import elastic
from .startup import COMPANY

KINDS = ("log", "training_stats_scalar", "training_stats_vector", "plot", "training_debug_image")


def index(kind):
    return f"events-{kind.lower().replace(' ', '_')}-{COMPANY}"


# Events of one millisecond are told apart by their id, so that the answer is the same before and after a migration.
# With one type in an index, the order of 5.6's "type#id" is that of the ids.
IDENTITY = "_id" if elastic.SEVEN else "_uid"


def _by_task(task, size, order="desc"):
    return {"query": {"term": {"task": task}}, "size": size, "sort": [{"timestamp": {"order": order}}, {IDENTITY: {"order": "asc"}}]}


def _read(kind, data, name, size, order="desc"):
    answer, total = elastic.search(index(kind), data["task"], _by_task(data["task"], size, order))
    found = [hit["_source"] for hit in answer["hits"]["hits"]]
    return {name: found, "returned": len(found), "total": total, "scroll_id": None}


def get_task_log(data):
    return _read("log", data, "events", int(data.get("batch_size", 500)), data.get("order", "desc"))


def get_task_plots(data):
    return _read("plot", data, "plots", int(data.get("batch_size", 200)))


def debug_images(data):
    return {"task": data["task"], **_read("training_debug_image", data, "images", int(data.get("batch_size", 500)))}


def scalar_metrics_iter_histogram(data):
    """Aggregates metric and variant, which only works on keyword fields: wrong mappings show here, not in counts."""
    leaf = {"histogram": {"field": "iter", "interval": 1, "min_doc_count": 1}, "aggs": {"value": {"avg": {"field": "value"}}}}
    variants = {"terms": {"field": "variant", "size": 100, "order": {"_term" if not elastic.SEVEN else "_key": "asc"}}, "aggs": {"iters": leaf}}
    metrics = {"terms": {"field": "metric", "size": 100, "order": {"_term" if not elastic.SEVEN else "_key": "asc"}}, "aggs": {"variants": variants}}
    body = {"query": {"term": {"task": data["task"]}}, "size": 0, "aggs": {"metrics": metrics}}
    answer, _ = elastic.search(index("training_stats_scalar"), data["task"], body)
    out = {}
    for metric in answer.get("aggregations", {}).get("metrics", {}).get("buckets", []):
        for variant in metric["variants"]["buckets"]:
            points = variant["iters"]["buckets"]
            out.setdefault(metric["key"], {})[variant["key"]] = {
                "name": variant["key"],
                "x": [int(point["key"]) for point in points],
                "y": [point["value"]["value"] for point in points],
            }
    return out


def add_batch(events):
    now = datetime.datetime.utcnow()
    actions = []
    for event in events:
        kind = event.get("type")
        if kind not in KINDS or not event.get("task"):
            raise ValueError("each event needs a task and one of the types " + ", ".join(KINDS))
        event.setdefault("timestamp", int(now.timestamp() * 1000))
        event["@timestamp"] = now.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        event.setdefault("metric", "")
        event.setdefault("variant", "")
        actions.append((index(kind), "event", _identity(event), event["task"], event))
    elastic.bulk(actions)
    return {"added": len(actions), "errors": 0, "errors_info": []}


def _identity(event):
    """A log line is always new; anything else reported again overwrites what was there."""
    if event["type"] == "log":
        return uuid.uuid4().hex
    fields = [str(event[name]) for name in ("task", "iter", "metric", "variant", "key") if event.get(name) not in (None, "")]
    return hashlib.md5("-".join(fields).encode()).hexdigest()


def delete_for_task(task):
    """What a reset or delete of a task does to its events."""
    path = f"/events-*-{COMPANY}/_delete_by_query?refresh=true&conflicts=proceed" + ("" if elastic.SEVEN else f"&routing={task}")
    return elastic.request("POST", path, {"query": {"term": {"task": task}}}).get("deleted", 0)


def worker_report(data):
    """Machine statistics of a worker: one document a number, ids chosen by Elasticsearch, one index a month."""
    now = datetime.datetime.utcnow()
    stats = data.get("machine_stats") or {}
    documents = [
        {"timestamp": int(now.timestamp() * 1000), "worker": data["worker"], "company": "trains", "task": data.get("task"),
         "category": name.split("_")[0], "metric": name, "variant": "total", "value": float(value)}
        for name, value in stats.items()
    ]  # fmt: skip
    elastic.bulk([(f"worker_stats_{COMPANY}_{now:%Y-%m}", "stat", None, None, document) for document in documents])
    return {}
