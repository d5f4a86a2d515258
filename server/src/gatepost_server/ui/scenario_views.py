"""From scenarios of the domain to what their pages show, and from forms to steps."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from starlette.datastructures import FormData

from gatepost_server import projects
from gatepost_server.authz import ActionDenied, Hidden, allowed_on
from gatepost_server.kernel.errors import Conflict, Denied, GatepostError, Invalid
from gatepost_server.projects import Run, Scenario
from gatepost_server.store import Tx, micros
from gatepost_server.ui.pages.scenario_forms import ScenarioForm
from gatepost_server.ui.pages.scenario_step_lines import StepSource
from gatepost_server.ui.pages.scenarios import ScenarioView
from gatepost_server.ui.pages.step_forms import FORMS, RAW
from gatepost_server.ui.visits import fault_of, faults_of

INPUT: Final = (Invalid, Conflict, Denied, Hidden)
"""What can be wrong with a scenario that was typed; the right to change it was asked before."""
_VERBS: Final = ("read", "runs", "run", "edit", "delete")
_LONGEST: Final = 200_000


def scenario_view(tx: Tx, key: str, ref: str) -> ScenarioView:
    """Present a scenario, with what the caller may see of it and do to it."""
    return scenario_views(tx, key, [projects.get_scenario(tx, key, ref)])[0]


def scenario_views(tx: Tx, key: str, found: Sequence[Scenario]) -> list[ScenarioView]:
    """Present scenarios, each with its last run where that may be seen."""
    ids = [one.id for one in found]
    allowed = {verb: allowed_on(tx, f"scenario:{verb}", ids) for verb in _VERBS}
    names = projects.run_as_names(tx, [one.run_as_id for one in found if one.run_as_id])
    runs = projects.last_runs(tx, ids)
    return [
        _view(
            key, one, frozenset(verb for verb in _VERBS if one.id in allowed[verb]), names, runs.get(one.id)
        )
        for one in found
    ]


def home_of(tx: Tx, key: str) -> str:
    """Return what the scenario's project is called; empty for who may not see it."""
    try:
        return projects.get_project(tx, key).name
    except Hidden:
        return ""


def sources_of(tx: Tx, view: ScenarioView) -> Mapping[int, StepSource]:
    """Return from where the datasets of a scenario's steps are read, as far as the caller may see that."""
    found = {}
    for at, step in enumerate(view.steps or ()):
        if step.get("type") == "refresh_dataset":
            source = _source(tx, view, str(step.get("dataset", "")))
            if source is not None:
                found[at] = source
    return found


def _source(tx: Tx, view: ScenarioView, dataset: str) -> StepSource | None:
    try:
        feed = projects.read_feed(tx, view.key, dataset)
        node = projects.require_dataset(tx, "dataset:read", view.key, dataset)
    except (Hidden, ActionDenied):
        return None
    if feed is None:
        return None
    login = f", signed in as {feed.credential_name}" if feed.credential_name else ""
    words = f"From {feed.connection_name or 'a data connection'}{login}"
    verbs = {verb for verb in ("edit", "write") if allowed_on(tx, f"dataset:{verb}", [node.id])}
    if feed.connection_name is None or len(verbs) < 2:  # noqa: PLR2004  # both
        return StepSource(words)
    return StepSource(words, f"/projects/{view.key}/datasets/{node.id}/source/sign-in?scenario={view.id}")


def typed_step(sent: FormData) -> dict[str, Any]:
    """Return the step that a form holds, as the domain takes it; what is not JSON stays a text."""
    kind = str(sent.get("type", ""))[:100]
    if kind in FORMS:
        fields = {one.name: str(sent.get(one.name, "")) for one in FORMS[kind].fields}
        return {
            "type": kind,
            **{name: text.replace("\r\n", "\n")[:_LONGEST] for name, text in fields.items()},
        }
    try:
        found = json.loads(str(sent.get(RAW, "{}")))
    except (ValueError, RecursionError):
        found = {}
    return {**(found if isinstance(found, dict) else {}), "type": kind}


def faulty(form: ScenarioForm, error: GatepostError, *, at: int | None = None) -> ScenarioForm:
    """Return *form* with what is wrong with it; *at* is the number of its step."""
    prefix = f"steps.{at}."
    found = {name.removeprefix(prefix): words for name, words in faults_of(error).items()}
    fault = "" if found else fault_of(error)
    if isinstance(error, Hidden):
        fault = "A step names something that is not there, or not for you to see."
    others = [f"{name}: {words}" for name, words in found.items() if name.startswith("steps")]
    if others:
        fault = f"Another step cannot be kept. {' '.join(others)}"
    if isinstance(error, Conflict):
        found, fault = {"name": error.detail}, ""
    return replace(form, faults=found, fault=fault)


def _view(
    key: str, one: Scenario, verbs: frozenset[str], names: Mapping[str, str], last: Run | None
) -> ScenarioView:
    is_read = "read" in verbs
    return ScenarioView(
        one.id,
        key,
        one.name,
        verbs,
        str(micros(one.updated_at)),
        one.steps if is_read else None,
        one.cron if is_read else None,
        one.next_at if is_read else None,
        one.definer if is_read else "",
        names.get(one.run_as_id or "") if is_read else None,
        last,
    )
