"""The Explain page: why a call was refused, or would be, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from gatepost_server import authz
from gatepost_server.authz import policy
from gatepost_server.decisions import Explained
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.heads import SameWith, Snippet
from gatepost_server.ui.kit.notices import CanGive, Why
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages.explain_words import (
    TITLES,
    asked_words,
    failed_words,
    smallest_words,
    tried_words,
)


@dataclass(frozen=True)
class Line:
    """One step of the formula; `inner` are those of a sponsor."""

    rule: str
    title: str
    says: str
    passed: bool
    inner: Component | None = None


@dataclass(frozen=True)
class Timeline(Component):
    """The steps of an explanation, each with its outcome as icon and word."""

    template: ClassVar[str] = "explain/timeline.html"
    steps: Sequence[Line]

    @classmethod
    def of(cls, steps: Sequence[authz.Step]) -> "Timeline":
        """Present *steps*."""
        return cls(
            [
                Line(
                    step.rule,
                    TITLES.get(step.rule, "The call itself"),
                    step.says,
                    step.passed,
                    cls.of(step.within) if step.within else None,
                )
                for step in steps
            ]
        )


@dataclass(frozen=True)
class Question(Component):
    """A form that asks why."""

    template: ClassVar[str] = "explain/question.html"
    title: str
    sentence: str
    fields: Sequence[Component]
    submit: str
    is_first: bool = False


@dataclass(frozen=True)
class ExplainPage(Component):
    """What was found out, above the forms that ask."""

    template: ClassVar[str] = "explain/page.html"
    title: str
    sentence: str
    symbol: Icon
    same: SameWith
    questions: Sequence[Question]
    why: Why | None = None
    timeline: Timeline | None = None
    fault: str = ""
    is_good: bool = False


@dataclass(frozen=True)
class Asked:
    """What was asked on the page, and what is wrong with it."""

    decision_id: str = ""
    action: str = ""
    resource: str = ""
    who: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def explain_page(
    asked: Asked, found: Explained | None, url: str, *, is_administrator: bool, person_note: str = ""
) -> ExplainPage:
    """Return the page: an empty one, one with an answer, or one that says what is wrong.

    *person_note* stands beside the name of who asked; without it, what kind of caller they are.
    """
    questions = _questions(asked, is_administrator=is_administrator)
    same = _same(asked, url)
    if found is None:
        return ExplainPage(
            "Why?",
            "Every refusal has a decision id. Here it is explained, step by step.",
            "search",
            same,
            questions,
            fault=asked.fault,
        )
    good = found.now.allowed
    title = "This is allowed" if good else "This is refused"
    sentence = _sentence(found)
    why = panel(found, decision_id=asked.decision_id, person_note=person_note)
    steps = Timeline.of(found.now.steps)
    return ExplainPage(
        title, sentence, "circle-check" if good else "lock", same, questions, why, steps, is_good=good
    )


def panel(found: Explained, *, decision_id: str = "", note: str = "", person_note: str = "") -> Why:
    """Return the Why panel of an explanation."""
    now, then = found.now, found.then
    failed, failed_note = failed_words(now)
    smallest, smallest_note = (now.helps, "") if now.smallest is None else smallest_words(now.smallest)
    tried_note = note
    if then is not None:
        at = f"{then.at.day} {then.at:%b %Y, %H:%M:%S} UTC"
        tried_note = f"{at}{f', from {then.ip}' if then.ip else ''}"
    return Why(
        found.caller,
        person_note or found.caller_kind,
        tried_words(found.action, now),
        tried_note,
        failed,
        failed_note,
        smallest,
        smallest_note,
        [CanGive(one.label or one.name, one.role.capitalize()) for one in now.who_can],
        decision_id,
        now.rule or "",
        is_you=found.is_you,
        is_allowed=now.allowed,
        is_grant=now.smallest is not None,
    )


def _sentence(found: Explained) -> str:
    if found.then is None:
        return f"So it would be if {'you' if found.is_you else found.caller} asked now."
    if found.now.allowed:
        return f"It was refused then ({found.then.reason}), and would be allowed now."
    return "It was refused then, and would be now."


def _questions(asked: Asked, *, is_administrator: bool) -> list[Question]:
    by_id = TextField(
        "decision_id",
        "Decision id",
        asked.decision_id,
        hint="It stands in the answer as decision_id, and on the page that refused.",
        error=asked.errors.get("decision_id", ""),
    )
    named = sorted((asked_words(name), name) for name in policy.actions)
    choices = [Choice(name, f"{words} ({name})") for words, name in named]
    fields: list[Component] = [
        SelectField(
            "action", "Action", choices, asked.action or "app:open", error=asked.errors.get("action", "")
        ),
        TextField(
            "resource",
            "On what",
            asked.resource,
            hint="An id (app_…), an application's number, a project's key, or PROJECT/DATASET.",
            error=asked.errors.get("resource", ""),
            is_required=False,
        ),
    ]
    if is_administrator:
        hint = "A username, or the id of a key (key_…). Empty: yourself."
        fields.append(
            TextField(
                "as", "As whom", asked.who, hint=hint, error=asked.errors.get("as", ""), is_required=False
            )
        )
    return [
        Question("Explain a refusal", "", [by_id], "Explain", is_first=True),
        Question("Ask before you try", "Nothing is done, and nothing is changed.", fields, "Ask"),
    ]


def _same(asked: Asked, url: str) -> SameWith:
    if asked.decision_id or not asked.action:
        query, options = f"decision_id={asked.decision_id or 'req_…'}", asked.decision_id or "DECISION_ID"
    else:
        given = {"action": asked.action, "resource": asked.resource, "as": asked.who}
        query = "&".join(f"{name}={value}" for name, value in given.items() if value)
        options = " ".join(f"--{name} {value}" for name, value in given.items() if value)
    curl = f"curl -H \"Authorization: Key $GATEPOST_API_KEY\" \\\n  '{url}/api/v1/explain?{query}'"
    return SameWith([Snippet("CLI", f"gatepost explain {options}"), Snippet("curl", curl)])
