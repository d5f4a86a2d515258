"""The client against a real local server: credentials, paging, errors, sessions, uploads."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from documented_server import KEY, PASSWORD, Answer, DocumentedServer, Refused

import gatepost
from gatepost import errors
from gatepost.address import address_of
from gatepost.connected import Client
from gatepost.deploying import Watch
from gatepost.logins import Logins
from gatepost.models import Key
from gatepost.resources.logs import Unseen
from gatepost.secret import Secret
from gatepost.shape import stamp
from gatepost.signing_in import Challenge, exchange, log_in


@pytest.fixture
def by_key(server: DocumentedServer) -> Iterator[Client]:
    with gatepost.client(server.url, KEY) as client:
        yield client


@pytest.fixture
def by_login(server: DocumentedServer, tmp_path: Path) -> Iterator[Client]:
    Logins(tmp_path / "config").keep(log_in(address_of(server.url), "ada", Secret(PASSWORD)))
    with gatepost.client(ask_password=lambda: Secret(PASSWORD)) as client:
        yield client


def bundle(tmp_path: Path, size: int = 10) -> Path:
    path = tmp_path / "bundle.tar.gz"
    path.write_bytes(b"x" * size)
    return path


def test_a_key_goes_in_the_authorization_header(server: DocumentedServer, by_key: Client) -> None:
    me = by_key.me.get()
    assert (me.principal.name, me.principal.kind, me.role) == ("ada", "user", "publisher")
    assert server.requests[-1].headers["authorization"] == f"Key {KEY}"
    assert "cookie" not in server.requests[-1].headers


def test_a_login_sends_cookies_token_and_origin(server: DocumentedServer, by_login: Client) -> None:
    by_login.keys.create("mine")
    sent = server.requests[-1].headers
    assert sent["cookie"] == "gp_session=session-1; gp_csrf=csrf-1"
    assert (sent["x-gatepost-csrf"], sent["origin"]) == ("csrf-1", server.url)
    assert "authorization" not in sent


def test_a_wrong_password_says_so_and_no_more(server: DocumentedServer) -> None:
    with pytest.raises(errors.Unauthenticated, match="Name or password is wrong"):
        log_in(address_of(server.url), "ada", Secret("nope"))


def test_the_password_is_asked_again_when_it_has_to_be_fresh(
    server: DocumentedServer, by_login: Client
) -> None:
    server.needs_confirmation = True
    made = by_login.keys.create("mine")
    assert made.key.reveal() == KEY
    assert [request.path.rpartition("/")[2] for request in server.requests[-3:]] == [
        "keys",
        "confirm",
        "keys",
    ]


def test_a_renewed_session_is_kept_for_the_next_run(
    server: DocumentedServer, by_login: Client, tmp_path: Path
) -> None:
    server.needs_confirmation = True
    by_login.keys.create("mine")
    kept = Logins(tmp_path / "config").at(None)
    assert kept is not None
    assert kept.credential.cookies["gp_session"].reveal() == "session-2"
    assert kept.credential.csrf.reveal() == "csrf-2"
    with gatepost.client() as later:
        assert later.me.get().principal.name == "ada"


def test_without_somebody_to_ask_the_refusal_stands(server: DocumentedServer, by_login: Client) -> None:
    server.needs_confirmation = True
    with gatepost.client() as unattended, pytest.raises(errors.Denied) as caught:
        unattended.keys.create("mine")
    assert caught.value.error_code == "confirm-required"


def test_a_key_is_never_asked_for_a_password(server: DocumentedServer) -> None:
    server.refuse_with = Refused(403, "confirm-required")
    asked: list[str] = []
    client = gatepost.client(server.url, KEY, ask_password=lambda: asked.append("asked"))  # type: ignore[func-returns-value]
    with client, pytest.raises(errors.Denied):
        client.keys.create("mine")
    assert asked == []


def test_the_browsers_code_is_good_for_who_asked_only(server: DocumentedServer) -> None:
    challenge = Challenge.fresh()
    page = challenge.page(address_of(server.url), 1234)
    server.challenges["c-1"] = page.rpartition("challenge=")[2]
    assert challenge.verifier.reveal() not in page
    assert exchange(address_of(server.url), "c-1", challenge).username == "ada"
    with pytest.raises(errors.Unauthenticated):
        exchange(address_of(server.url), "c-1", challenge)
    server.challenges["c-2"] = page.rpartition("challenge=")[2]
    with pytest.raises(errors.Unauthenticated):
        exchange(address_of(server.url), "c-2", Challenge.fresh())


def test_lists_go_on_to_the_last_page(server: DocumentedServer, by_login: Client) -> None:
    server.page_size = 2
    for number in range(5):
        by_login.keys.create(f"key {number}")
    assert [key.name for key in by_login.keys.list()] == [f"key {number}" for number in range(5)]
    assert [request.query.get("cursor") for request in server.requests[-3:]] == [None, "2", "4"]


def test_a_list_that_runs_in_a_circle_is_refused(server: DocumentedServer, by_key: Client) -> None:
    server.raw_answer = Answer(200, {"items": [], "next": "again"})
    with pytest.raises(errors.UnexpectedAnswer, match="does not end"):
        list(by_key.keys.list())


def test_times_travel_as_utc_with_z(server: DocumentedServer, by_login: Client) -> None:
    ends_at = datetime(2027, 5, 1, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    made = by_login.keys.create("mine", expires_at=ends_at)
    assert server.requests[-1].json["expires_at"] == "2027-05-01T12:00:00Z" == stamp(ends_at)
    assert made.expires_at == datetime(2027, 5, 1, 12, tzinfo=UTC)


def test_the_expiry_is_left_to_the_server_unless_said(server: DocumentedServer, by_login: Client) -> None:
    by_login.keys.create("default")
    assert "expires_at" not in server.requests[-1].json
    by_login.keys.create("forever", expires_at=None)
    assert server.requests[-1].json["expires_at"] is None


def test_a_key_does_not_show_itself(by_login: Client) -> None:
    made = by_login.keys.create("mine")
    assert KEY not in f"{made!r} {made.key} {made.raw} {vars(made)}"


def test_a_deletion_brings_its_receipt(by_login: Client) -> None:
    made = by_login.keys.create("mine")
    receipt = by_login.keys.delete(made.id)
    assert (receipt.revoked, receipt.connections_closed, receipt.gates[0].id) == (True, 2, "gate-1")
    with pytest.raises(errors.NotFound):
        by_login.keys.delete(made.id)


@pytest.mark.parametrize(
    ("status", "family"),
    [
        (400, errors.Invalid),
        (413, errors.Invalid),
        (401, errors.Unauthenticated),
        (403, errors.Denied),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (429, errors.TooMany),
        (503, errors.Unavailable),
        (500, errors.UnexpectedAnswer),
    ],
)
def test_each_status_is_its_family(
    server: DocumentedServer, by_key: Client, status: int, family: type[errors.GatepostError]
) -> None:
    faults = [{"field": "name", "detail": "Too long."}]
    server.refuse_with = Refused(
        status, "some-code", "What to do.", decision_id="dec_1", instance="req_9", errors=faults
    )
    with pytest.raises(family) as caught:
        by_key.me.get()
    error = caught.value
    assert (error.error_code, error.detail, error.decision_id, error.request_id, error.status) == (
        "some-code",
        "What to do.",
        "dec_1",
        "req_9",
        status,
    )
    assert error.errors == (errors.FieldFault("name", "Too long."),)


def test_a_rate_limit_says_when_to_come_back(server: DocumentedServer, by_key: Client) -> None:
    server.refuse_with = Refused(429, "too-many")
    with pytest.raises(errors.TooMany) as caught:
        by_key.me.get()
    assert caught.value.retry_after == 17


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, "<html>", [("Content-Type", "text/html")]),
        Answer(200, {"something": "else"}),
        Answer(200, [1]),
        Answer(302, None, [("Location", "https://elsewhere.example/")]),
        Answer(502, "<html>bad gateway", [("Content-Type", "text/html")]),
        Answer(200, {"principal": {"kind": 3, "id": []}}),
    ],
)
def test_what_is_not_gatepost_is_noticed(server: DocumentedServer, by_key: Client, answer: Answer) -> None:
    server.raw_answer = answer
    with pytest.raises((errors.UnexpectedAnswer, errors.Unavailable)):
        by_key.me.get()


def test_a_key_is_not_sent_where_a_redirect_points(server: DocumentedServer, by_key: Client) -> None:
    server.raw_answer = Answer(307, None, [("Location", f"{server.url}/api/v1/elsewhere")])
    with pytest.raises(errors.UnexpectedAnswer, match="sends us to"):
        by_key.me.get()
    assert len(server.requests) == 1


def test_a_server_that_is_away_is_unavailable() -> None:
    with (
        gatepost.client("http://127.0.0.1:9", KEY) as client,
        pytest.raises(errors.Unavailable, match="cannot be reached"),
    ):
        client.me.get()


@pytest.mark.parametrize("odd", ["", ".", ".."])
def test_an_id_cannot_leave_its_place_in_the_path(server: DocumentedServer, by_key: Client, odd: str) -> None:
    with pytest.raises(errors.Invalid):
        by_key.apps.delete(odd)
    assert server.requests == []


def test_an_id_with_odd_letters_is_one_segment(server: DocumentedServer, by_key: Client) -> None:
    with pytest.raises(errors.NotFound):
        by_key.apps.get("../users?x=1#y")
    assert server.requests[-1].path == "/api/v1/apps/..%2Fusers%3Fx%3D1%23y"


def test_an_upload_streams_and_tells_its_progress(
    server: DocumentedServer, by_key: Client, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    size = 3 * 1024 * 1024
    path = bundle(tmp_path, size)
    app = by_key.apps.create(
        "My app", path, kind="static", progress=lambda sent, total: told.append((sent, total))
    )
    form = server.requests[-1].form
    assert (form["name"], form["kind"], len(form["bundle"])) == (b"My app", b"static", size)
    assert told[-1] == (size, size)
    assert len(told) > 10
    assert (app.name, app.number, app.state, app.raw["made_by_a_newer_server"]) == (
        "My app",
        1,
        "building",
        True,
    )


def test_waiting_tells_states_and_the_build_log_once(
    server: DocumentedServer, by_key: Client, tmp_path: Path
) -> None:
    states: list[str] = []
    lines: list[str] = []
    started = by_key.apps.create("a", bundle(tmp_path))
    watch = Watch(
        by_key, on_state=states.append, on_line=lines.append, sleep=lambda _: server.build_log.append("more")
    )
    assert watch.until_settled(started).state == "running"
    assert states == ["building", "starting", "running"]
    assert lines == ["resolving", "installing", "more", "more"]


def test_waiting_ends_with_the_reason_of_a_failure(
    server: DocumentedServer, by_key: Client, tmp_path: Path
) -> None:
    server.states = ["building", "failed"]
    started = by_key.apps.create("a", bundle(tmp_path))
    with pytest.raises(errors.Failed, match="a package that does not exist"):
        Watch(by_key, sleep=lambda _: None).until_settled(started)


def test_waiting_goes_on_until_the_new_version_is_live(
    server: DocumentedServer, by_key: Client, tmp_path: Path
) -> None:
    app = by_key.apps.create("a", bundle(tmp_path))
    server.apps[0].update(state="running", version=2, live_version=1)

    def promote(_: float) -> None:
        server.apps[0]["live_version"] = 2

    assert Watch(by_key, sleep=promote).until_settled(by_key.apps.get(app.id)).live_version == 2


def test_new_log_lines_are_told_from_old_ones() -> None:
    unseen = Unseen()
    assert unseen.of(["a", "b"]) == ["a", "b"]
    assert unseen.of(["a", "b"]) == []
    assert unseen.of(["b", "c"]) == ["c"]
    assert unseen.of(["x", "y"]) == ["x", "y"]


def test_a_log_is_followed_past_broken_connections_and_told_once(
    server: DocumentedServer, by_key: Client, tmp_path: Path
) -> None:
    app = by_key.apps.create("a", bundle(tmp_path))
    server.run_log[-1] = "odd\u2028line"
    lines = list(by_key.apps.logs.follow(app.id, tail=1, sleep=lambda _: None))
    assert lines == ["odd\u2028line", "GET /new 200", "GET /new 200"]
    places = [request.headers.get("last-event-id") for request in server.requests[-3:]]
    assert places == [None, "2", "3"]


def test_grants_are_given_listed_and_taken_away(
    server: DocumentedServer, by_key: Client, tmp_path: Path
) -> None:
    app = by_key.apps.create("a", bundle(tmp_path))
    until = datetime(2027, 1, 1, tzinfo=UTC)
    grant = by_key.apps.grants.give(app.id, to_type="user", to_name="bob", role="editor", until=until)
    assert server.requests[-1].json == {
        "to": {"type": "user", "name": "bob"},
        "role": "editor",
        "until": "2027-01-01T00:00:00Z",
        "notify": False,
        "note": "",
    }
    assert [found.id for found in by_key.apps.grants.list(app.id)] == [grant.id]
    assert by_key.apps.grants.revoke(app.id, grant.id).revoked
    assert list(by_key.apps.grants.list(app.id)) == []


def test_settings_refuse_unknown_names(by_key: Client) -> None:
    assert by_key.settings.change({"mail": {"port": 587}})["mail"] == {"port": 587}
    with pytest.raises(errors.Invalid) as caught:
        by_key.settings.change({"nonsense": 1})
    assert (caught.value.error_code, caught.value.errors[0].field) == ("unknown-field", "nonsense")


def test_answers_cannot_be_changed(by_login: Client) -> None:
    by_login.keys.create("mine")
    key = next(by_login.keys.list())
    assert isinstance(key, Key)
    with pytest.raises(AttributeError):
        key.name = "other"  # type: ignore[misc]
