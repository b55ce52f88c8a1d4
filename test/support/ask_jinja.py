"""Evaluates expressions by the real Jinja, sandboxed and with undefined names as errors, with the real filters and tests of Ansible."""
import collections.abc
import functools
import json
import math
import sys
import warnings

warnings.simplefilter("ignore")  # of escapes that are none

from ansible.plugins.filter import core, mathstuff
from ansible.plugins.test import core as core_tests
from ansible.plugins.test import mathstuff as math_tests
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

environment = SandboxedEnvironment(undefined=StrictUndefined)
own = dict(environment.filters)
for plugins in (core, mathstuff):
    environment.filters.update(plugins.FilterModule().filters())
for plugins in (core_tests, math_tests):
    environment.tests.update(plugins.TestModule().tests())
for name in ("default", "d"):
    environment.filters[name] = own[name]  # Ansible's is for undefined values of its own


def listing(evaluate):
    """What gives items one after the other gives a list here: the one difference that would hide all others."""

    @functools.wraps(evaluate)
    def listed(*args, **kwargs):
        value = evaluate(*args, **kwargs)
        return list(value) if isinstance(value, collections.abc.Iterator) else value

    return listed


for name, function in environment.filters.items():
    environment.filters[name] = listing(function)


def plain(value):
    """As JSON has it. Raises for what it does not have."""
    if isinstance(value, StrictUndefined):
        str(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("not a finite number")
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        return {key if isinstance(key, str) else json.dumps(key): plain(item) for key, item in value.items()}
    if isinstance(value, complex):
        raise ValueError("not a real number")
    return [plain(item) for item in value]


def answer(source, scope):
    try:
        return {"value": plain(environment.compile_expression(source, undefined_to_none=False)(**scope))}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:300]}


question = json.load(sys.stdin)
json.dump([answer(source, question["scope"]) for source in question["sources"]], sys.stdout)
