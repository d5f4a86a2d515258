"""The pages of a version's files and what it changes, with hand-made values."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from gatepost_server.apps import (
    AppParameter,
    AppState,
    Change,
    Comparison,
    FileChange,
    KeyScopeLevel,
    Kind,
    Parameter,
    ParameterType,
    Resources,
    SourceVersion,
    TreeFile,
)
from gatepost_server.apps import VersionState as State
from gatepost_server.apps.model import Detected
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.kit.work import LogTail
from gatepost_server.ui.pages import (
    app_parameters,
    comparing,
    drafts,
    publishing,
    resources,
    source_access,
    sources,
    version_files,
)
from gatepost_server.ui.pages import application_log_search as log_search
from gatepost_server.ui.pages.applications import AppRow
from gatepost_server.ui.pages.sharing import AccessPage, AccessRow
from gatepost_server.ui.pages.sources import SourceRow
from gatepost_server.ui.pages.version_files import Held, Shown
from gatepost_server.ui.pages.versions import VersionRow

URL, CSRF = "http://localhost:8080", "t"
NOW = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
SOURCE = "src_" + "0" * 24
ROW = VersionRow(4, State.DRAFT, "Mira Kovač", NOW, files=3, size=48_200, resources=Resources(), based_on=2)
ASKS = Resources(2.0, 1536, 1, KeyScopeLevel.USER, visitor_reach=("SUPPLY", "DEMAND/routes"))
DRAFT = replace(ROW, resources=ASKS, others=["Jonas Lindqvist"])
IN_LIST = SourceRow(SOURCE, "Demand forecast", None, 4, State.DRAFT, "Mira Kovač", NOW, may_edit=True)
TAIL = LogTail("Build log", "", 0, "/applications/x/log")
HELD = Held(SOURCE, "Demand forecast", ROW, may_edit=True)
LONG = "pages/a-rather-long-name-of-a-folder/with-another-one-below/and-a-page-in-it.py"
FILES = [TreeFile("app.py", 1_204, False), TreeFile(LONG, 48_000, False), TreeFile("run.sh", 90, True)]
STATE = ListState(f"{HELD.base}/files", {})
CODE = "import streamlit as st\n\nst.title('Demand forecast')\n"
DIFF = (
    "--- a/app.py\n+++ b/app.py\n@@ -1,2 +1,2 @@\n import streamlit as st\n-st.title('')\n+st.title('New')\n"
)


def _version(number: int, wanted: Resources) -> SourceVersion:
    detected = Detected(Kind.STREAMLIT, "app.py", "app.py imports streamlit")
    return SourceVersion(
        f"ver_{number}", SOURCE, number, detected, State.BUILT, None, "usr_1", "mira", NOW, "", 1, 1, wanted
    )


APP = AppRow(
    "app_1", 7, "Forecast", Kind.STATIC, AppState.RUNNING, 3, "Mira Kovač", "grants", NOW, "/content/7/"
)
RATE = AppParameter(Parameter("RATE", ParameterType.NUMERIC, 2, "Calls a second.", min_value=1.0), 3)
COMPARED = Comparison(
    _version(2, Resources()),
    _version(3, Resources(memory=512)),
    (
        FileChange("app.py", Change.CHANGED, DIFF),
        FileChange(LONG, Change.REMOVED, None),
        FileChange("empty.py", Change.ADDED, ""),
    ),
    ("pandas==2.2.3",),
    ("numpy",),
    {"memory": (1024, 512), "required_key_scope_level": (None, "user")},
)


def logs_found(words: str) -> Component:
    """Return what was found in a log that holds what looks like HTML."""
    lines = [f"21:29:{n:02d} Route <b> and route <b>: {'long ' * 60}" for n in range(3)]
    found = [log_search.marked(line, words) for line in lines if words in line]
    tools = log_search.Tools(Stack([]), log_search.LogSearch("/logs", "run", words))
    return Stack([tools, log_search.FoundLines(words, found, "/logs", is_cut=bool(found))])


HOLDERS = AccessPage(
    [
        AccessRow(
            "grt_1", "Mira Kovač", "mira", "user", "owner", NOW, None, "Mira Kovač", "created it", is_you=True
        ),
        AccessRow(
            "grt_2", "Lena Fischer", "lena", "user", "editor", NOW, None, "Mira Kovač", giver_id="usr_1"
        ),
    ]
)
PAGES: dict[str, Callable[[], Component]] = {
    "source-access": lambda: source_access.access(replace(IN_LIST, may_share=True), HOLDERS, NOW),
    "files": lambda: version_files.file_list(HELD, FILES, STATE, CSRF, URL, None),
    "file": lambda: version_files.file_page(HELD, Shown("app.py", 52, CODE, "0" * 64), CSRF, URL),
    "file-changed": lambda: version_files.file_page(
        HELD, Shown("app.py", 52, CODE, "0" * 64), CSRF, URL, fault="Somebody else changed app.py."
    ),
    "file-binary": lambda: version_files.file_page(HELD, Shown("logo.png", 52, None, "0" * 64), CSRF, URL),
    "file-new": lambda: version_files.new_file_dialog(HELD, "", "", CSRF, error="No such.", is_over=False),
    "file-upload": lambda: version_files.upload_file_dialog(HELD, "", CSRF, 512, is_over=False),
    "file-remove": lambda: version_files.remove_file_dialog(HELD, LONG, CSRF, is_over=False),
    "source-draft": lambda: sources.version(IN_LIST, DRAFT, TAIL, NOW, CSRF, URL),
    "resources": lambda: resources.resources_dialog(
        HELD.base,
        DRAFT,
        resources.Asked("small", "user", "", "2", "on", "SUPPLY\nDEMAND/routes"),
        CSRF,
        URL,
        fault="Version 4 has these resources.",
        is_over=False,
    ),
    "draft-build": lambda: drafts.build_dialog(HELD.base, ROW, "", CSRF, is_over=False),
    "draft-discard": lambda: drafts.discard_dialog(HELD.base, ROW, CSRF, is_over=False),
    "parameter": lambda: app_parameters.parameter_dialog(
        APP, RATE, "x", CSRF, URL, error="No.", is_over=False
    ),
    "source-parameters": lambda: sources.version(
        IN_LIST, replace(DRAFT, state=State.BUILT, parameters=[RATE.declared]), TAIL, NOW, CSRF, URL
    ),
    "duplicate-source": lambda: sources.duplicate_dialog(
        IN_LIST, [3, 2, 1], publishing.PublishState(SOURCE), CSRF, URL, is_over=False
    ),
    "replace-source": lambda: publishing.replace_dialog(
        publishing.PublishState(SOURCE, others=["usr_1"]), APP, [(SOURCE, "Other")], CSRF, URL, is_over=False
    ),
    "app-logs-found": lambda: logs_found("route <b>"),
    "app-logs-none": lambda: logs_found("nothing"),
    "compared": lambda: comparing.comparison(COMPARED, SOURCE, "Demand forecast", [4, 3, 2, 1], URL),
}
