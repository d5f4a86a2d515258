"""Explaining a decision by its id, or a call that has not been made."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from gatepost_server import audit
from gatepost_server.apps.facts import content_facts
from gatepost_server.audit import Entry
from gatepost_server.authn import BadCredential, NoKeyForApp
from gatepost_server.authz import (
    HandsOn,
    Rule,
    Step,
    TooWide,
    Why,
    hidden,
    may_on_instance,
    policy,
    reader_of,
    require_self,
    why,
)
from gatepost_server.decisions.callers import caller_named, caller_of
from gatepost_server.decisions.errors import UnknownCaller, UnknownDecision
from gatepost_server.decisions.model import Explained, Then
from gatepost_server.instance import policies
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.errors import Denied, NotFound
from gatepost_server.kernel.ids import is_id
from gatepost_server.keys import KeyExceedsMaker
from gatepost_server.projects import narrowing, require_dataset, require_project
from gatepost_server.store import Tx

NOT_GOOD: Final = "The call carries no key and no session that is good."
_MISSING: Final = "not-found"
_TOO_MUCH: Final = (TooWide.code, HandsOn.code, KeyExceedsMaker.code)


def explain_decision(tx: Tx, decision_id: str, meaning_of: Callable[[str], str]) -> Explained:
    """Say why the call with *decision_id* was refused, and what holds now.

    *meaning_of* words the codes of refusals that are not about rights. Own decisions and those
    of code that acted for the caller, for administrators all; that a call came without a good
    credential is told to whoever has its id.

    Raises:
        Unauthenticated: nobody is calling.
        UnknownDecision: there is no such decision, or it is somebody else's.
    """
    require_self(tx, "decision:explain")
    entry = audit.find_refusal(tx, decision_id)
    sees_all = may_on_instance(tx, "decision:explain-any")
    if entry is None or not (_is_told_of(entry, tx.actor) or sees_all):
        raise UnknownDecision
    now = _now(tx, entry, meaning_of, sees_all=sees_all)
    is_told = sees_all or now.node is not None
    then = Then(
        id=decision_id,
        at=entry.at,
        reason=(entry.reason or "") if sees_all or entry.actor_id is not None else Rule.UNAUTHENTICATED,
        door=entry.door,
        ip=entry.ip if sees_all or entry.actor_id is not None else None,
        resource=(entry.resource_name or entry.resource_id) if is_told else "",
    )
    is_you = entry.actor_id == tx.actor.principal_id
    return Explained(entry.actor_name, entry.actor_kind, entry.action, now, then, is_you=is_you)


def explain_call(tx: Tx, action: str, resource: str | None, who: str | None) -> Explained:
    """Say whether the caller, or for administrators *who*, may do *action* on a thing, and why.

    *resource* is an id, an app's number, a project's key or `PROJECT/DATASET`; *who* a
    username or the id of a user or key.

    Raises:
        Unauthenticated: nobody is calling.
        Invalid: no such action, or no thing is named that it is asked of.
        ActionDenied: others are asked about by somebody who is no administrator.
        UnknownCaller: nobody is called *who*.
    """
    require_self(tx, "decision:explain")
    try:
        about = tx.actor if who is None else caller_named(tx, who)
    except BadCredential as error:
        return Explained(str(who), "key", action, _not_good(error.because), is_you=False)
    named = None if resource is None else _meant(tx, resource)
    now = why(tx, about, action, named, narrowing, making=policies(tx).making)
    is_you = about.principal_id == tx.actor.principal_id
    return Explained(about.via_key_name or about.name, about.principal_kind, action, now, is_you=is_you)


def _now(tx: Tx, entry: Entry, meaning_of: Callable[[str], str], *, sees_all: bool) -> Why:
    code = entry.reason or ""
    if entry.actor_id is None:
        return _not_good(code if sees_all else "")
    if not _is_about_rights(entry):
        return hidden() if code == _MISSING else _about_the_call(code, meaning_of)
    about: Actor | None
    try:
        about = caller_of(tx, entry)
    except BadCredential as error:
        return _not_good(error.because)
    except UnknownCaller:
        return _not_good("the key is gone")
    except NoKeyForApp as error:
        about, code = None, error.code
    if about is None:
        return _about_the_call(code, meaning_of)
    named = _meant(tx, entry.resource_id) if entry.resource_id else None
    now = why(tx, about, entry.action, named, narrowing, making=policies(tx).making)
    return _beyond(now, entry, code, meaning_of(code)) if now.allowed and code in _TOO_MUCH else now


def _is_told_of(entry: Entry, asker: Actor) -> bool:
    """Tell whether a decision is the asker's own: they called, code called for them, or nobody known did."""
    return entry.actor_id is None or asker.principal_id in (entry.actor_id, entry.on_behalf_of)


def _is_about_rights(entry: Entry) -> bool:
    """Tell whether the refusal is one of an action on a thing that can be asked again."""
    declared = policy.actions.get(entry.action)
    if declared is None:
        return False
    return declared.on in (None, "instance", "organization") or bool(entry.resource_id)


def _not_good(because: str) -> Why:
    found = replace(hidden(), rule=Rule.UNAUTHENTICATED, who_can=())
    says = f"{NOT_GOOD} It was this: {because}." if because else NOT_GOOD
    helps = "Sign in, or send a key that is good; administrators see what was wrong with this one."
    return replace(found, steps=[Step(Rule.UNAUTHENTICATED, False, says)], helps=helps)


def _about_the_call(code: str, meaning_of: Callable[[str], str]) -> Why:
    step = Step(code, False, meaning_of(code))
    return replace(hidden(), rule=code, steps=[step], helps=f"See /docs/problems#{code}.", who_can=())


def _beyond(now: Why, entry: Entry, code: str, meaning: str) -> Why:
    """Say that what was to be given was the fault, not the right to give; of now that is not known."""
    missing = str((entry.changes or {}).get("missing") or "") or None
    says = f"{meaning} What was missing then: {missing}." if missing else meaning
    helps = (
        "Give less, or for a shorter time; or ask somebody who holds it. Trying again says what holds now."
    )
    step = Step(code, False, says)
    steps = [*now.steps, step]
    return replace(now, allowed=False, rule=code, missing=missing, steps=steps, helps=helps)


def _meant(tx: Tx, text: str) -> str:
    """Return the id of the thing that *text* names for the caller; else *text*, which names nothing."""
    if is_id(text):
        return text
    app = content_facts(reader_of(tx), text)
    if app is not None:
        return app.app_id
    project, _, dataset = text.partition("/")
    try:
        if dataset:
            return require_dataset(tx, "dataset:list", project, dataset).id
        return require_project(tx, "project:list", project).id
    except (NotFound, Denied):
        return text
