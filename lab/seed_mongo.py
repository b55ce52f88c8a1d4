"""Tasks, projects, users and companies in Mongo, a worker's state in Redis where there is one; repeating it changes nothing."""

import datetime
import json
import sys

import pymongo
import redis
from server.elastic import service
from server.release import NUMBER

data = json.loads(sys.argv[1])
mongo = pymongo.MongoClient(*service("MONGODB", 27017))
begin = datetime.datetime(2020, 3, 2)


def keep(database, collection, document):
    mongo[database][collection].update_one({"_id": document["_id"]}, {"$setOnInsert": document}, upsert=True)


for company, name in ((data["company"], "trains"), (data["oldCompany"], "elder tenant")):
    keep("backend", "company", {"_id": company, "name": name, "defaults": {"cluster": ""}})
for user, name in (("ada", "Ada Lovelace"), ("jiro", "次郎"), ("zoe", "Zoë")):
    keep("backend", "user", {"_id": user, "name": name, "company": data["company"]})
    keep("auth", "user", {"_id": user, "name": name, "company": data["company"], "role": "user", "created": begin})
keep("backend", "project", {"_id": "p1", "name": "Segmentierung", "company": data["company"], "user": "ada", "created": begin})
for number, task in enumerate(data["tasks"]):
    started = begin + datetime.timedelta(days=4 * number)
    keep("backend", "task", {
        "_id": task,
        "name": f"training {number}",
        "type": "training",
        "status": ("completed", "published", "failed", "in_progress")[number % 4],
        "company": data["company"],
        "user": ("ada", "jiro", "zoe")[number % 3],
        "project": "p1",
        "created": started,
        "started": started,
        "last_update": started,
        "last_iteration": number * 10,
        "tags": ["seeded"],
        "execution": {"parameters": {"batch size": "32", "Args/lr": "0.001"}, "framework": "PyTorch"},
        "output": {"destination": "http://files.example:8081"},
    })  # fmt: skip
if NUMBER >= (0, 12):
    states = redis.Redis(*service("REDIS", 6379), db=4)
    for number in range(4):
        states.set(f"worker_{data['company']}__allegroai__host-{number}:gpu0", json.dumps({"id": f"host-{number}:gpu0", "queues": ["default"]}))
