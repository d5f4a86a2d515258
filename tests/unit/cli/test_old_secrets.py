"""What `gatepost keys show` says of a secret that was replaced and still counts."""

from datetime import UTC, datetime

from gatepost.cli.key_rights import users_of
from gatepost.old_secrets import CalledApp, OldCaller, OldSecret
from gatepost.shape import read

AT = datetime(2027, 1, 4, 9, tzinfo=UTC)


def old(*callers: OldCaller, other_uses: int = 0) -> OldSecret:
    return OldSecret(ends_at=AT, last_four="x9Qf", replaced_at=AT, callers=callers, other_uses=other_uses)


def caller(agent: str | None, uses: int, via: str = "app", app: CalledApp | None = None) -> OldCaller:
    return OldCaller(ip="192.0.2.9", agent=agent, via=via, app=app, first_at=AT, last_at=AT, uses=uses)


def test_what_the_server_tells_is_read() -> None:
    at = "2027-01-04T09:00:00.000Z"
    app = {"id": "app_1", "name": "Report"}
    told = {"ip": None, "agent": "a/1", "via": "app", "app": app, "first_at": at, "last_at": at, "uses": 2}
    secret = {"ends_at": at, "last_four": "x9Qf", "replaced_at": at, "callers": [told], "other_uses": 1}
    [found] = read(OldSecret, secret).callers
    assert (found.agent, found.app and found.app.name, found.first_at, found.uses) == ("a/1", "Report", AT, 2)


def test_nobody_is_said_with_since_when() -> None:
    assert users_of(old()) == "nobody since 2027-01-04 09:00Z"


def test_each_caller_has_a_line_with_what_it_called() -> None:
    report = CalledApp(id="app_1", name="Report")
    said = users_of(
        old(caller("curl/8", 1, "api"), caller(None, 3, app=report), caller("a\nb", 2), other_uses=7)
    )
    when = "first 2027-01-04 09:00Z, last 2027-01-04 09:00Z"
    assert said.splitlines() == [
        f"192.0.2.9 curl/8, the API: once, {when}",
        f"192.0.2.9, Report: 3 times, {when}",
        f"192.0.2.9 a b, an application: 2 times, {when}",
        "others before them: 7 times",
    ]
