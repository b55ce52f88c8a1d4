"""Which release this image stands in for."""

from pathlib import Path

VERSION, BUILD = Path("/opt/trains/VERSION").read_text().strip().split("-", 1)
NUMBER = tuple(int(part) for part in VERSION.split("."))
# From 0.16 on: Elasticsearch 7, no routing, the start-up checks.
SEVEN = NUMBER >= (0, 16, 0)
API_VERSION = {11: "2.3", 13: "2.6", 14: "2.7", 15: "2.8", 16: "2.9"}[NUMBER[1]]
# The Mongo migrations each release ships; a start runs those above the highest one recorded. 0.11 has the one of 0.12.1 already.
MIGRATIONS = ["0.12.1"] + [n for n in ("0.13.0", "0.14.0", "0.15.0", "0.16.0", "0.16.1") if tuple(map(int, n.split("."))) <= NUMBER]


def log(text):
    print(text, flush=True)
    try:
        with open("/var/log/trains/apiserver.log", "a") as file:
            file.write(text + "\n")
    except OSError:
        pass
