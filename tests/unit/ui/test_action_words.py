"""Every action is said in words: what was tried, on the audit page and the Why page, and what was done."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import gatepost_server
from gatepost_server.audit import Entry
from gatepost_server.authz import Node, NodeKind, Why, policy
from gatepost_server.ui.pages.explain import Asked, explain_page
from gatepost_server.ui.pages.explain_words import asked_words, tried_words
from gatepost_server.ui.pages.trail import EntryLine

AT = datetime(2027, 1, 4, 9, tzinfo=UTC)
VERBS = {
    "add", "adopt", "agree", "ask", "associate", "authorize", "call", "cancel", "change", "confirm", "create",
    "deactivate", "decide", "declare", "delete", "describe", "end", "export", "expose", "go", "link", "list",
    "look", "make", "move", "open", "publish", "put", "raise", "read", "refresh", "remove", "rename",
    "reset", "restart", "rotate", "run", "see", "share", "start", "stop", "take", "upload", "use",
    "view", "write",
}  # fmt: skip
PAST = {"agrees", "became", "began", "built", "reset", "sent", "set", "took", "wrote"}


def entry(action: str, kind: str, name: str = "Echo", **more: object) -> Entry:
    given: dict[str, Any] = {"decision": "allowed", "reason": None, "resource_id": "x_1", **more}
    given = {"actor_kind": "session", "resource_kind": kind, "resource_name": name, "changes": None, **given}
    by: dict[str, Any] = {
        "actor_id": "usr_1",
        "actor_name": "bob",
        "via_key_id": None,
        "app": None,
        "ip": None,
    }
    return Entry("aud_1", AT, request_id="req_1", door="web", action=action, **by, **given)


def sentence(one: Entry) -> str:
    """Return an entry as it is read on the page."""
    line = EntryLine(one)
    parts = [line.actor, line.did, line.thing, line.named]
    return " ".join(part for part in parts if part) + (f": {line.because}" if line.because else "")


def audited() -> set[tuple[str, str]]:
    """Return the actions that the code writes down when they are done, with the kinds of their things."""
    found = set()
    for path in Path(gatepost_server.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call) or getattr(call.func, "attr", "") != "audit":
                continue
            given = [one.value for one in call.args[:2] if isinstance(one, ast.Constant)]
            if len(given) == 2:
                found.add((str(given[0]), str(given[1])))
    return found


@pytest.mark.parametrize("action", sorted(policy.actions))
def test_every_action_reads_as_a_sentence_when_it_was_tried(action: str) -> None:
    on = NodeKind(policy.actions[action].on or NodeKind.INSTANCE)
    node = Node("x_1", on, "Echo", None, None)
    why = tried_words(action, Why(False, "not-granted", None, [], "", node))
    unnamed = tried_words(action, None)
    refused = sentence(entry(action, on.value, decision="denied", reason="denied"))
    for words in (why, unnamed):
        assert words.split()[0] in VERBS
        assert not {":", "_"} & set(words)
    assert refused == f"bob tried to {why}: a right is missing"
    is_of_thing = on is not NodeKind.INSTANCE
    assert ("Echo" in why) == is_of_thing
    assert "instance" not in why + unnamed


@pytest.mark.parametrize(("action", "kind"), sorted({*audited(), ("visit:begin", "app")}))
def test_every_change_that_is_written_down_reads_as_a_sentence(action: str, kind: str) -> None:
    verb = EntryLine(entry(action, kind)).did.split()[0]
    assert verb.endswith("ed") or verb in PAST


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (entry("visit:begin", "app"), "bob visited the application Echo"),
        (
            entry("user:list", "instance", "", resource_id="ins_0", decision="denied", reason="denied"),
            "bob tried to list the users: a right is missing",
        ),
        (
            entry("app:open", "app", actor_kind="anonymous", decision="denied", reason="USE is not held"),
            "Somebody unknown tried to open the application Echo: the right USE is missing",
        ),
        (
            entry("GET /api/v1/me", "", "", resource_id="", decision="denied", reason="revoked key"),
            "bob tried to call GET /api/v1/me: deleted key",
        ),
    ],
)
def test_what_was_broken_reads_as_a_sentence(one: Entry, said: str) -> None:
    assert sentence(one) == said


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("app:open", "Open an application"), ("key:list", "List one's API keys"),
        ("audit:own", "Read what one did"), ("me:read", "Read who one is"),
        ("key:edit", "Change an API key of one's own"), ("user:list", "List the users"),
    ],
)  # fmt: skip
def test_what_one_asks_about_is_said_of_oneself(action: str, said: str) -> None:
    assert asked_words(action) == said


def test_what_one_asks_about_is_told_apart() -> None:
    said = [asked_words(action) for action in policy.actions]
    assert [one for one in said if re.search(r"\b(they|their)\b|[:_]", one)] == []
    assert "app:open" in str(explain_page(Asked(), None, "", is_administrator=False))


def test_what_was_tried_follows_tried_to() -> None:
    main = Node("org_1", NodeKind.ORGANIZATION, "Main", None, None)
    assert tried_words("project:create", Why(False, None, None, [], "", main)) == (
        "make a project in the organization Main"
    )
    assert tried_words("app:open", None) == "open an application"
    assert tried_words("open /users", None) == "open /users"
    assert tried_words("GET /api/v1/me", None) == "call GET /api/v1/me"
