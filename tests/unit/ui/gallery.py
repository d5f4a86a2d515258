"""Every page of the interface with hand-made values: for tests and for looking at."""

# ruff: noqa: E501  # a value a line reads better here

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import gallery_connections
import gallery_external
import gallery_files
import gallery_keys
import gallery_lending
import gallery_requests
import gallery_usecases
import gallery_why
import projects_gallery

from gatepost_server.apps import EnvVariable
from gatepost_server.apps.model import AppState, Kind, VersionState
from gatepost_server.audit import Entry
from gatepost_server.authz import Effect, Organization
from gatepost_server.identity import Session, SessionKind, User
from gatepost_server.keys import Key, KeyKind, KeyRisk, KeyStatus
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.notices import CanGive, StatusMessage, Why
from gatepost_server.ui.kit.pieces import Fact, Stack
from gatepost_server.ui.kit.tables import Choice, ListState
from gatepost_server.ui.kit.work import LogTail
from gatepost_server.ui.pages import (
    administration,
    app_env,
    application,
    application_access,
    application_settings,
    application_work,
    applications,
    key_deeds,
    key_list,
    keys,
    people,
    profile,
    publishing,
    refusals,
    sharing,
    signin,
    sources,
    trail,
    versions,
)
from gatepost_server.ui.pages.share_dialog import ShareDialog
from gatepost_server.ui.pages.sharing_effect import effect_box
from gatepost_server.ui.shell import BarePage, Frame, Page, Theme, Viewer

NOW = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
URL = "http://localhost:8080"
CSRF = "csrf-of-the-gallery"
ORGANIZATIONS = [Organization("org_1", "Main", False, NOW), Organization("org_2", "Field office", True, NOW)]
MIRA = Viewer("Mira Kovač", "mira.kovac", "administrator", is_administrator=True)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def an_id(prefix: str, number: int) -> str:
    return f"{prefix}_{number:024x}"


def app(
    number: int, name: str, kind: Kind, state: AppState, owner: str, minutes: int, access: str = "grants"
):
    return applications.AppRow(
        an_id("app", number), number, name, kind, state, number % 9 + 1, owner, access, ago(minutes=minutes),
        f"{URL}/content/{an_id('app', number)}/", may_read=True, may_edit=True, may_upload=True, may_delete=True, may_share=True, people=number % 4 + 1,
    )  # fmt: skip


APPS = [
    app(24, "Demand forecast", Kind.STREAMLIT, AppState.RUNNING, "Mira Kovač", 12),
    app(25, "Route scorer", Kind.FASTAPI, AppState.BUILDING, "Jonas Lindqvist", 26, "signed_in"),
    app(26, "Churn explainer", Kind.SHINY, AppState.RUNNING, "Priya Raman", 130),
    app(27, "Price elasticity", Kind.PLUMBER, AppState.RUNNING, "Aiko Tanabe", 300),
    app(28, "Claims triage", Kind.WSGI, AppState.FAILED, "Sam Okafor", 1500),
    app(29, "Depot scorecard", Kind.STATIC, AppState.IDLE, "Elif Demir", 2000, "anyone"),
    app(30, "Cold-chain monitor", Kind.STREAMLIT, AppState.STOPPED, "Tomás Ferreira", 4800),
    app(31, "Address matcher", Kind.ASGI, AppState.STARTING, "Noah Brandt", 8000),
]
VIEW = application.AppView(
    APPS[0], "http://demand-forecast--00000018.localhost:8080/", "", ago(minutes=12), "Mira Kovač", "hardened", versions=3,
    live_version=7, source_id=an_id("src", 1), names=["Mira Kovač", "Priya Raman", "Lena Fischer"],
)  # fmt: skip
SOURCES = [
    sources.SourceRow(an_id("src", 1), "Demand forecast", Kind.STREAMLIT, 14, VersionState.BUILT, "Mira Kovač", ago(minutes=12), may_edit=True, may_delete=True, may_publish=True),
    sources.SourceRow(an_id("src", 2), "Route scorer", Kind.FASTAPI, 9, VersionState.BUILDING, "Jonas Lindqvist", ago(minutes=26), may_edit=True, may_delete=True, may_publish=True),
    sources.SourceRow(an_id("src", 3), "Lorry planner", Kind.SHINY, 2, VersionState.BUILT, "Mira Kovač", ago(days=3), may_edit=True, may_delete=True, may_publish=True),
    sources.SourceRow(an_id("src", 4), "Yard cameras", None, 0, VersionState.QUEUED, "Mira Kovač", ago(days=9), may_edit=True, may_delete=True, may_publish=True),
]  # fmt: skip


def key(
    number: int, name: str, last_four: str, made_days: int, ends: timedelta | None, used: timedelta | None
) -> Key:
    return Key(
        an_id("key", number), KeyKind.PERSONAL, name, f"gpp_7Kd2{number:06d}", last_four, "usr_1", None, None,
        ago(days=made_days), None if ends is None else NOW + ends, None, None,
        None if used is None else NOW - used, None if used is None else "10.20.4.17",
    )  # fmt: skip


KEYS = [
    key(1, "Notebook, laptop", "x9Qf", 7, timedelta(days=83), timedelta(minutes=4)),
    key(2, "Airflow production", "c4Lz", 85, timedelta(days=5), timedelta(minutes=21)),
    key(3, "R price checks", "eK2p", 150, timedelta(days=25), timedelta(days=3)),
    key(4, "Depot tablet", "w0Jb", 200, None, None),
]


KEY_COUNTS = key_list.KeyCounts(
    {KeyStatus.ACTIVE: 4, KeyStatus.EXPIRED: 1, KeyStatus.REVOKED: 12},
    {KeyRisk.NEVER_EXPIRES: 1, KeyRisk.NEVER_USED: 1, KeyRisk.IDLE: 0, KeyRisk.ENDS_SOON: 1},
)
GRANTS = sharing.AccessPage([
    sharing.AccessRow(an_id("grt", 1), "Mira Kovač", "mira.kovac", "user", "owner", ago(days=40), None, "Mira Kovač", "created it", is_you=True),
    sharing.AccessRow(an_id("grt", 2), "Lena Fischer", "lena.fischer", "user", "editor", ago(days=3), NOW + timedelta(days=30), "Mira Kovač", "", "viewer", giver_id="usr_1", is_from_you=True),
    sharing.AccessRow(an_id("grt", 3), "Priya Raman", "priya.raman", "user", "consumer", ago(days=90), ago(days=2), "Tomás Ferreira", giver_id="usr_2"),
])  # fmt: skip


def user(number: int, username: str, name: str, role: str, login: int | None, **more: bool) -> User:
    return User(
        an_id("usr", number), username, f"{username}@fernhill.example", name, role,
        more.get("is_active", True), more.get("must_change", False), ago(days=90), None if login is None else ago(hours=login),
    )  # fmt: skip


USERS = [
    user(1, "mira.kovac", "Mira Kovač", "administrator", 1),
    user(2, "jonas.l", "Jonas Lindqvist", "publisher", 30),
    user(3, "priya.raman", "Priya Raman", "publisher", 400),
    user(4, "lena.fischer", "Lena Fischer", "viewer", None, must_change=True),
    user(5, "old.loader", "Old Loader", "viewer", 5000, is_active=False),
]
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


def session(number: int, client: str, agent: str, minutes: int) -> Session:
    return Session(
        an_id("ses", number), "usr_1", SessionKind.CONTROL, client, ago(hours=20), ago(minutes=minutes),
        NOW + timedelta(days=6), None, "10.20.4.17", agent,
    )  # fmt: skip


SESSIONS = [
    session(1, "browser", AGENT, 0),
    session(2, "cli", "gatepost/0.1", 50),
    session(3, "browser", "", 300),
]


def entry(number: int, who: str, action: str, kind: str, name: str, **more: object) -> Entry:
    base = Entry(
        an_id("aud", number), ago(minutes=7 * number), "session", an_id("usr", number), who, None, None, "10.20.4.17",
        f"req_{number:08x}", "web", action, kind, an_id(kind, number), name, "allowed", None, None,
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


ENTRIES = [
    entry(1, "Mira Kovač", "app:rename", "app", "Demand forecast", changes={"before": {"name": "Forecast"}, "after": {"name": "Demand forecast"}}),
    entry(2, "Lena Fischer", "app:open", "app", "Claims triage", decision="denied", reason="USE is not held"),
    entry(3, "Jonas Lindqvist", "key:delete", "key", "Old depot sync", changes={"before": {"prefix": "gpp_0aX81j2kLm"}}),
    entry(4, "runtime", "app:promote", "app", "Depot scorecard", actor_kind="system", door="worker"),
    entry(5, "Priya Raman", "key:create", "key", "Churn refresh", door="cli", changes={"after": {"prefix": "gpp_7Kd2ab91cd", "expires_at": "2027-02-19"}}),
    entry(300, "Sam Okafor", "user:role", "user", "lena.fischer", changes={"before": {"role": "viewer"}, "after": {"role": "publisher"}}),
]  # fmt: skip
COUNTS = applications.Counts(8, 4)
MORE = {
    "kind": Kind.STREAMLIT,
    "files": 14,
    "size": 48_200,
    "entrypoint": "app.py",
    "because": "app.py imports streamlit",
    "sha256": "9f" * 32,
    "built_at": ago(minutes=3),
}
VERSIONS = [
    versions.VersionRow(3, VersionState.FAILED, "Mira Kovač", ago(minutes=4), False, False, "requirements.txt: no version of pandas==9 exists", **MORE),
    versions.VersionRow(2, VersionState.BUILT, "Mira Kovač", ago(minutes=12), True, True, **MORE),
    versions.VersionRow(1, VersionState.BUILT, "Jonas Lindqvist", ago(days=9), False, False, **MORE),
]  # fmt: skip
ENV = [EnvVariable("DATABASE_URL", ago(days=2), an_id("usr", 1), "Mira Kovač")]
LOG = "".join(f"21:29:{n:02d} Resolved {n} packages, prepared wheel number {n}\n" for n in range(40))
TAIL = LogTail("Build log", LOG, len(LOG), "/applications/x/log", reloads=True)
WHY = Why(
    "Lena Fischer", "viewer", "open the application Claims triage", "21 Nov 2026, 21:24:07, from 10.20.9.33",
    "No grant lets you use this application.", "Your grant as Consumer ended on 14 Nov 2026.", "Consumer on Claims triage",
    "Enough to open the app. It gives no right to change it or to see its logs.",
    [CanGive("Sam Okafor", "Owner"), CanGive("Mira Kovač", "Editor")], "dec_6920aa31bb1c4dd0a1b2c3d4", "use-needs-grant",
)  # fmt: skip
TROUBLES = {
    "isolation:none": "Install bubblewrap and restart, or accept it: gatepost up --isolation none.",
    "test-clock": "The clock is shifted by a file. This is for tests only.",
}
ROLES = [
    Choice("administrator", "All that I may (administrator)"),
    Choice("publisher", "Publisher"),
    Choice("viewer", "Viewer"),
]


def app_list() -> Component:
    return applications.app_list(
        APPS,
        ListState("/applications", {"kind": ""}),
        NOW,
        CSRF,
        URL,
        COUNTS,
        may_publish=True,
        next_cursor="abc",
    )


def app_list_empty() -> Component:
    return applications.app_list(
        [], ListState("/applications", {}), NOW, CSRF, URL, applications.Counts(0, 0), may_publish=True
    )


def app_list_none() -> Component:
    return applications.app_list(
        [],
        ListState("/applications", {"q": "zzz", "state": "failed"}),
        NOW,
        CSRF,
        URL,
        COUNTS,
        may_publish=True,
    )


def failed(live: int | None) -> Component:
    words = "It ended 5 times shortly after its start.\n" + "\n".join(
        f'  File "/app/{"a" * 60}.py", line {line}, in <module>' for line in range(20)
    )
    view = replace(VIEW, row=APPS[4], frame_url="/frame", live_version=live, reason=words)
    return application.overview(view, NOW, CSRF, URL)


def stopped() -> Component:
    return application.overview(replace(VIEW, row=APPS[6], live_version=None), NOW, CSRF, URL)


def build_page() -> Component:
    steps = versions.steps_of(VersionState.BUILDING, AppState.BUILDING, is_wanted=True)
    return application_work.building(VIEW, steps, TAIL, NOW, CSRF, URL)


def access_tab() -> Component:
    return application_access.access(VIEW, GRANTS, [], ceiling="signed_in", now=NOW, csrf=CSRF, url=URL)


def access_seen() -> Component:
    one = replace(VIEW, row=replace(APPS[0], may_share=False, may_edit=False, people=None), names=[])
    return application_access.access(
        one, sharing.AccessPage(), [], ceiling="anyone", now=NOW, csrf=CSRF, url=URL
    )


def keys_active() -> Component:
    return key_list.key_list(
        [*KEYS, gallery_keys.APP_KEY.key],
        ListState("/keys", {}),
        KeyStatus.ACTIVE,
        KEY_COUNTS,
        "Mira Kovač",
        NOW,
        csrf=CSRF,
        url=URL,
        next_cursor=None,
        of_apps={gallery_keys.APP_KEY.key.id: gallery_keys.APP_KEY},
    )


def keys_gone() -> Component:
    gone = [
        replace(
            KEYS[1],
            revoked_at=ago(hours=3),
            revoked_by="usr_1",
            ip_allowlist="10.0.0.0/8;10.1.2.3",
            last_used_agent="curl/8.1",
        )
    ]
    state = ListState("/keys", {"tab": "revoked"})
    return key_list.key_list(
        gone, state, KeyStatus.REVOKED, KEY_COUNTS, "Mira Kovač", NOW, csrf=CSRF, url=URL, next_cursor=None,
        of_apps={},
    )  # fmt: skip


def new_key(is_over: bool = False, **more: object) -> Component:
    form = keys.KeyFormState(**more)  # type: ignore[arg-type]
    return keys.new_key_dialog(form, ROLES, CSRF, URL, default_days=90, may_never=True, is_over=is_over)


def revealed(is_over: bool = False) -> Component:
    text = "gpp_" + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef2UVh5X"
    return keys.revealed(
        "Nightly export", text, "It ends on 19 Feb 2027.", URL, APPS[3].content_url, is_over=is_over
    )


SHARING = ShareDialog(
    application_access.shared_app(APPS[0]), sharing.ShareState(is_notified=True), effect_box(Effect(43, 3, (), 2, ("Desk",)), 4),
    GRANTS.rows, "People with a role on it may open it.", URL, "", CSRF, application_access.same_sharing(APPS[0], URL), is_over=True, tabs=gallery_external.TABS,
)  # fmt: skip


PAGES: dict[str, Callable[[], Component]] = {
    "apps": app_list,
    "apps-empty": app_list_empty,
    "apps-none": app_list_none,
    "sources": lambda: sources.source_list(SOURCES, ListState("/sources", {}), NOW, CSRF, URL, COUNTS, may_publish=True),
    "source": lambda: sources.source(SOURCES[0], VERSIONS, APPS[:1], NOW, CSRF, URL),
    "source-empty": lambda: sources.source(SOURCES[3], [], [], NOW, CSRF, URL),
    "source-version": lambda: sources.version(SOURCES[0], VERSIONS[0], TAIL, NOW, CSRF, URL),
    "publish": lambda: publishing.publish_dialog(publishing.PublishState(an_id("src", 1), fault="It holds work of Bob.", others=["usr_1"]), "Demand forecast", [2], CSRF, URL, is_over=False),
    "upload": lambda: publishing.upload_dialog(publishing.UploadState(), CSRF, 512, URL, is_over=False),
    "app": lambda: application.overview(replace(VIEW, frame_url="/frame"), NOW, CSRF, URL),
    "app-stopped": stopped,
    "app-failed": lambda: failed(None),
    "app-failed-over": lambda: failed(3),
    "app-access": access_tab,
    "app-access-seen": access_seen,
    "app-version": lambda: application_work.version(VIEW, VERSIONS[1], TAIL, NOW, CSRF, URL),
    "app-share": lambda: replace(SHARING, form=sharing.ShareState(who_error="Nobody is called lina."), why_no_mail="No mail goes out.", is_over=False),
    "app-versions": lambda: application_work.versions(VIEW, VERSIONS, NOW, CSRF, URL),
    "app-logs": lambda: application_work.logs(VIEW, replace(TAIL, title="Run log"), "run", NOW, CSRF, URL),
    "app-build": build_page,
    "app-settings": lambda: application_settings.settings(VIEW, ENV, NOW, CSRF, URL),
    "app-env": lambda: app_env.set_dialog(APPS[0], "2ND", CSRF, URL, error="Letters, digits and underscores, no digit first, at most 64.", is_over=False),
    "app-delete": lambda: application_settings.delete_dialog(APPS[0], gallery_usecases.ENDING, NOW, CSRF, is_over=False),
    "keys": keys_active,
    "keys-gone": keys_gone,
    "key-new": lambda: new_key(name="x" * 90, errors={"name": "1 to 100 printable characters"}),
    "key-reveal": revealed,
    "profile": lambda: profile.profile(USERS[0], "administrator", NOW, CSRF, {}, lent=gallery_lending.LENT),
    "app-asks": lambda: application.overview(VIEW, NOW, CSRF, URL, gallery_lending.ASKED),
    "sessions": lambda: profile.sessions(SESSIONS, SESSIONS[0].id, "Mira Kovač", NOW),
    "users": lambda: people.user_list(USERS, ListState("/users", {}), NOW, CSRF, URL, USERS[0].id, next_cursor=None),
    "user-new": lambda: people.new_user_dialog(people.UserForm(), ORGANIZATIONS, CSRF, is_over=False),
    "audit": lambda: trail.trail(ENTRIES, ListState("/audit", {"decision": "denied"}), NOW.date(), URL, sees_all=True, next_cursor="abc"),
    "denied": lambda: refusals.Denied("You cannot open Claims triage yet", "One grant is missing. Two people can give it.", WHY),
    **gallery_why.PAGES, **gallery_lending.PAGES,
    "health": lambda: administration.health(TROUBLES, [Fact("Store", "SQLite"), Fact("Version", "0.1.0")], URL),
}  # fmt: skip
PAGES |= projects_gallery.PAGES | gallery_usecases.PAGES | gallery_files.PAGES | gallery_requests.PAGES
BARE: dict[str, tuple[str, Callable[[], Component]]] = {
    "login": ("Log in to Gatepost", lambda: signin.Login(CSRF, "/content/24/", "/content/24/")),
    "login-fault": (
        "Log in to Gatepost",
        lambda: signin.Login(CSRF, username="priya", fault="The user name or the password is wrong."),
    ),
    "reset": ("Set a new password", lambda: signin.Reset(CSRF)),
    "password": ("Choose a password", lambda: signin.ForcedPassword(CSRF)),
    "confirm": ("Is it still you?", lambda: signin.Confirm(CSRF, "/users", "Mira Kovač")),
    "cli": ("Sign the command line in?", lambda: signin.CliConsent(CSRF, "Mira Kovač", 40123, "s", "c")),
}
DIALOGS: dict[str, Callable[[], Component]] = {
    "new-key": lambda: new_key(is_over=True),
    "reveal": lambda: revealed(is_over=True),
    "delete": lambda: key_deeds.delete_dialog(KEYS[0], "/x", "/x", NOW, CSRF, is_over=True),
    "share": lambda: SHARING,
    "take": lambda: application_access.remove_dialog(APPS[0], GRANTS.rows[1], CSRF, is_over=True),
    "deploy": lambda: versions.deploy_dialog(APPS[0], VERSIONS[2], NOW, CSRF, is_over=True),
}

for held in (gallery_keys, gallery_external, gallery_connections):
    PAGES |= held.PAGES
    DIALOGS |= held.DIALOGS


def frame(theme: Theme = "", nonce: str = "gallery") -> Frame:
    status = StatusMessage("Key Old depot sync was deleted. The gate forgot it in 4 ms.")
    return Frame(MIRA, CSRF, theme, "/applications", "localhost:8080", (), status, to_decide=2, nonce=nonce)


def page(name: str, theme: Theme = "", nonce: str = "gallery") -> Component:
    """Return a whole page of the gallery."""
    if name in BARE:
        title, make = BARE[name]
        return BarePage(replace(frame(theme, nonce), viewer=None, status=None), title, make())
    shared = frame(theme, nonce)
    shared = shared if name in ("keys", "users") else replace(shared, status=None)
    if name == "health":
        shared = replace(shared, banners=administration.banners_for(TROUBLES))
    content = PAGES[name]()
    return Page(shared, name, content if isinstance(content, Stack) else Stack([content]), "applications")
