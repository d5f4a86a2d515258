"""Put one question to casbin and to cedarpy: may this person, in 50 nested groups, open that?

Reads the world as JSON from stdin, prints the median µs of each as JSON. Runs in an
environment of its own; the product knows neither library.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MODEL = """
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act
"""


def middle(ask: Callable[[], Any], rounds: int) -> float:
    ask()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        ask()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e6


def casbin_asks(world: dict[str, Any]) -> Callable[[], Any]:
    import casbin

    lines = [f"p, {who}, {node}, use" for who, node in world["grants"]]
    for chain in world["groups"]:
        lines += [f"g, {one}, {above}" for one, above in zip([world["me"], *chain], chain, strict=False)]
    with tempfile.TemporaryDirectory() as folder:
        model, rules = Path(folder, "model.conf"), Path(folder, "rules.csv")
        model.write_text(MODEL)
        rules.write_text("\n".join(lines))
        enforcer = casbin.Enforcer(str(model), str(rules))
    node = world["grants"][-1][1]
    return lambda: enforcer.enforce(world["me"], node, "use")


def cedar_asks(world: dict[str, Any]) -> Callable[[], Any]:
    import cedarpy

    policies = "\n".join(
        f'permit(principal in Group::"{who}", action == Action::"use", resource == App::"{node}");'
        for who, node in world["grants"]
        if who.startswith("grp_")
    )
    entities = []
    parents = []
    for chain in world["groups"]:
        parents.append({"type": "Group", "id": chain[0]})
        for one, above in zip(chain, [*chain[1:], None], strict=True):
            over = [] if above is None else [{"type": "Group", "id": above}]
            entities.append({"uid": {"type": "Group", "id": one}, "attrs": {}, "parents": over})
    entities.append({"uid": {"type": "User", "id": world["me"]}, "attrs": {}, "parents": parents})
    node = world["grants"][-1][1]
    request = {
        "principal": f'User::"{world["me"]}"',
        "action": 'Action::"use"',
        "resource": f'App::"{node}"',
        "context": {},
    }
    return lambda: cedarpy.is_authorized(request, policies, entities)


def main() -> None:
    world = json.load(sys.stdin)
    answers = {}
    for name, asks in (("casbin", casbin_asks), ("cedarpy", cedar_asks)):
        answers[name] = middle(asks(world), world["rounds"])
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
