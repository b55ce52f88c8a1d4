"""What the apiserver does before it serves: the checks and writes of domain facts 4.2 and 4.5, in the real one's order."""

import contextlib
import datetime
import hashlib
import os
import sys
import time

import pymongo
import redis

from . import elastic
from .release import MIGRATIONS, NUMBER, SEVEN, VERSION, log

COMPANY = "d1bd92a3b039400cbafc60a7a5b1e52b"
# The real one asks four times, 30 s apart; the same two minutes in shorter steps let a test go on sooner.
RETRY_SECONDS = float(os.environ.get("LAB_RETRY_SECONDS", "2"))
RETRIES = int(os.environ.get("LAB_RETRIES", "60"))

_mongo_address = elastic.service("MONGODB", 27017)
mongo = pymongo.MongoClient(*_mongo_address, serverSelectionTimeoutMS=5000)
_redis_host, _redis_port = elastic.service("REDIS", 6379)


def initialise():
    """Returns the server errors the API reports; ends the process where the real one does."""
    log("################ API Server initializing #####################")
    # without Redis, before 0.12, nothing keeps two starts apart
    with _Lock() if NUMBER >= (0, 12) else contextlib.nullcontext():
        mongo_empty = not (_collections("backend") and _collections("auth"))
        highest = max((_number(v["num"]) for v in mongo.backend.versions.find()), default=(0, 0, 0))
        elastic_state = _probe_elastic()
        if SEVEN and not mongo_empty and elastic_state != "filled" and highest < (0, 16, 0):
            log("ES database seems not migrated")
            return {"missed_es_upgrade": True}
        if elastic_state == "unreachable":
            log("Error starting server: failed connecting to ElasticSearch service")
            sys.exit(1)
        log("Applying mappings to ES host %s:%s" % elastic.ADDRESS)
        elastic.put_templates()
        _migrate_mongo(highest)
    return {}


def _collections(database):
    return mongo[database].list_collection_names()


def _number(text):
    return tuple(int(part) for part in text.split("."))


def _probe_elastic():
    """Asks for templates only, as the real one: it never looks at indices or documents."""
    for attempt in range(RETRIES):
        try:
            return "filled" if elastic.request("GET", "/_template/events*?filter_path=*.order") else "empty"
        except elastic.ElasticError as error:
            if error.status == 404:
                return "empty"
        except OSError:
            pass
        if attempt == 0:
            log("Waiting for ElasticSearch service at %s:%s" % elastic.ADDRESS)
        time.sleep(RETRY_SECONDS)
    return "unreachable"


def _migrate_mongo(highest):
    log("Started mongodb migrations")
    for number in MIGRATIONS:
        if _number(number) > highest:
            log(f"Applying migration {number}")
            mongo.backend.versions.insert_one({"num": number, "created": datetime.datetime.utcnow(), "desc": "Auto generated"})
    log("Finished mongodb migrations")
    now = datetime.datetime.utcnow()
    for database, collection, document in (
        ("backend", "company", {"_id": COMPANY, "name": "trains", "defaults": {}}),
        ("backend", "queue", {"_id": hashlib.md5(b"default").hexdigest(), "name": "default", "company": COMPANY, "created": now}),
        ("backend", "user", {"_id": "__allegroai__", "name": "allegroai", "company": COMPANY}),
        ("auth", "user", {"_id": "__allegroai__", "name": "allegroai", "company": COMPANY, "role": "system", "created": now}),
    ):
        mongo[database][collection].update_one({"_id": document["_id"]}, {"$setOnInsert": document}, upsert=True)
    log(f"database is at {VERSION}")


class _Lock:
    """The start-up lock in Redis: it outlives a killed server by up to 120 s, and the next start waits for it."""

    name = "dist_lock_db_init_" + hashlib.md5(str(_mongo_address).encode()).hexdigest()

    def __enter__(self):
        self.redis = redis.Redis(_redis_host, _redis_port, db=0)
        until = time.time() + 240
        while True:
            try:
                if self.redis.set(self.name, str(os.getpid()), nx=True, ex=120):
                    return self
            except redis.exceptions.RedisError as error:
                log(f"Redis is not reachable: {error}")
            if time.time() > until:
                log("Could not get the lock of the database initialization")
                sys.exit(1)
            time.sleep(0.5)

    def __exit__(self, *exc):
        self.redis.delete(self.name)
