"""Asks the real code of Ansible, imported once. Questions come as JSON on stdin, one answer each goes to stdout in their order.

Every inventory is listed in a process of its own, forked off after the imports: nothing that one of them leaves behind reaches the next.
"""
import json
import os
import sys
import tempfile

from ansible.cli.inventory import InventoryCLI
from ansible._internal._datatag._tags import Origin
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseFileInventoryPlugin
from ansible.plugins.inventory.ini import InventoryModule
from ansible.utils.shlex import shlex_split


def forked(ask):
    """What `ask` prints; what goes wrong comes as {"error"}."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            status = 1
            try:
                ask()
                status = 0
            except SystemExit as end:
                status = end.code or 0
            except BaseException as error:  # the parent tells of it
                print(error, file=sys.stderr)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        said = err.read().decode()
        if status != 0:
            return {"error": said}
        return {"value": json.loads(out.read() or "null"), "said": said}


def listing(question):
    def ask():
        os.chdir(question["cwd"])
        cli = InventoryCLI(["ansible-inventory", *question["arguments"]])
        cli.parse()
        cli.run()

    return forked(ask)


def matching(question):
    """Host patterns against one inventory."""

    def ask():
        os.chdir(question["cwd"])
        manager = InventoryManager(loader=DataLoader(), sources=question["sources"])
        found = []
        for pattern in question["patterns"]:
            try:
                found.append(sorted(host.name for host in manager.get_hosts(pattern)))
            except Exception:
                found.append(None)
        print(json.dumps(found))

    return forked(ask)


def each(question, read):
    answers = []
    for text in question["texts"]:
        try:
            answers.append({"value": json.loads(json.dumps(read(text)))})
        except Exception as error:
            answers.append({"error": str(error)})
    return answers


def ini():
    plugin = InventoryModule()
    plugin._origin = Origin(path="/hosts")
    return plugin


ASKED = {
    "list": listing,
    "patterns": matching,
    "values": lambda question: each(question, ini()._parse_value),
    "words": lambda question: each(question, lambda line: shlex_split(line, comments=True)),
    "names": lambda question: each(question, BaseFileInventoryPlugin()._expand_hostpattern),
}

json.dump([ASKED[question["ask"]](question) for question in json.load(sys.stdin)], sys.stdout)
