"""The forms with which applications, sources and versions are made."""

from collections.abc import Sequence
from dataclasses import dataclass

from gatepost_server.clients import Client
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.fields import FileField, Hidden, SelectField, TextField
from gatepost_server.ui.kit.heads import Snippet
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages.app_words import KIND_WORDS
from gatepost_server.ui.pages.applications import AppRow

BUNDLES = ".tar.gz,.tgz,.zip,application/gzip,application/zip"


@dataclass(frozen=True)
class UploadState:
    """What was typed into an upload form, and what is wrong with it."""

    name: str = ""
    kind: str = ""
    name_error: str = ""
    bundle_error: str = ""
    fault: str = ""


@dataclass(frozen=True)
class PublishState:
    """What was chosen to be published from a source, and what is wrong with it.

    `others` are the ids of those whose work is confirmed when it is sent again.
    """

    source_id: str
    name: str = ""
    version: str = ""
    name_error: str = ""
    fault: str = ""
    others: Sequence[str] = ()


def upload_dialog(form: UploadState, csrf: str, limit_mb: int, url: str, *, is_over: bool) -> FormDialog:
    """Return the form that uploads a new application."""
    return FormDialog(
        "Upload an application",
        "/applications/new",
        "Upload and publish",
        [
            _bundle(limit_mb, form.bundle_error),
            TextField("name", "Name", form.name, error=form.name_error, max_length=100),
            SelectField(
                "kind",
                "Kind",
                [
                    Choice("", "Find out from the files"),
                    *(Choice(kind.value, words) for kind, words in KIND_WORDS.items()),
                ],
                form.kind,
            ),
        ],
        csrf,
        "/applications",
        sentence="It is built and started at once; only you may open it until you say otherwise.",
        fault=form.fault,
        is_over=is_over,
        is_upload=True,
        symbol="upload",
        same=[
            Snippet("CLI", "gatepost deploy DIR --name NAME"),
            Snippet("curl", upload_call(f"{url}/api/v1/apps", "-F name=NAME -F bundle=@app.tar.gz")),
        ],
    )


def upload_call(address: str, parts: str) -> str:
    """Return the curl call that sends a bundle."""
    return f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {parts} \\\n  {address}'


def source_dialog(form: UploadState, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that makes an empty source."""
    return FormDialog(
        "Create a source",
        "/sources/new",
        "Create source",
        [TextField("name", "Name", form.name, error=form.name_error, is_first=True, max_length=100)],
        csrf,
        "/sources",
        sentence="It holds files and builds them; nothing runs until it is published.",
        fault=form.fault,
        is_over=is_over,
        symbol="box",
    )


def version_dialog(
    title: str,
    sentence: str,
    base: str,
    submit: str,
    csrf: str,
    limit_mb: int,
    *,
    error: str = "",
    fault: str = "",
    is_over: bool,
) -> FormDialog:
    """Return the form that uploads a version; *base* is where the versions are listed."""
    return FormDialog(
        title,
        f"{base}/new",
        submit,
        [_bundle(limit_mb, error)],
        csrf,
        base,
        sentence=sentence,
        fault=fault,
        is_over=is_over,
        is_upload=True,
        symbol="upload",
    )


def publish_dialog(
    form: PublishState, source: str, numbers: Sequence[int], csrf: str, url: str, *, is_over: bool
) -> FormDialog:
    """Return the form that makes an application from a version of a source."""
    chosen = form.version or str(numbers[0])
    choices = [Choice(str(one), f"v{one}") for one in numbers]
    body = f'{{"name": "NAME", "source_id": "{form.source_id}", "version": {chosen}}}'
    call = 'curl -H "Authorization: Key $GATEPOST_API_KEY" --json'
    return FormDialog(
        "Publish an application",
        "/applications/publish",
        "Publish",
        [
            Hidden("source_id", form.source_id),
            *(Hidden("confirmed", one) for one in form.others),
            TextField(
                "name", "Name", form.name or source, error=form.name_error, is_first=True, max_length=100
            ),
            SelectField("source_version", "Version", choices, chosen),
        ],
        csrf,
        f"/sources/{form.source_id}",
        sentence=f"It runs a version of the source {source}; only you may open it until you say otherwise.",
        fault=form.fault,
        is_over=is_over,
        symbol="rocket",
        same=[Snippet("curl", f"{call} \\\n  '{body}' \\\n  {url}/api/v1/apps")],
    )


def host_dialog(
    form: PublishState, one: Client, sources: Sequence[tuple[str, str]], csrf: str, *, is_over: bool
) -> FormDialog:
    """Return the form that lets a client application run the latest version of one of *sources*, by id."""
    here = f"/clients/{one.id}"
    return FormDialog(
        f"Host {one.name}", f"{here}/host", "Host it",
        [
            *(Hidden("confirmed", other) for other in form.others),
            SelectField("source_id", "Source", [Choice(key, name) for key, name in sources], form.source_id),
            TextField("name", "Name", form.name or one.name, error=form.name_error, max_length=100),
        ],
        csrf, here,
        sentence="It runs the latest version of the source and gets an address. Its AppKey, its secrets and "
        "what it may call stay. Its members may open it.",
        fault=form.fault, is_over=is_over, symbol="rocket",
        same=[Snippet("CLI", f"gatepost apps create NAME --source SOURCE --version 1 --client {one.name}")],
    )  # fmt: skip


def replace_dialog(
    form: PublishState,
    app: AppRow,
    sources: Sequence[tuple[str, str]],
    csrf: str,
    url: str,
    *,
    is_over: bool,
) -> FormDialog:
    """Return the form that lets an application go over to a version of another of *sources*, by id."""
    here = f"/applications/{app.id}"
    call = 'curl -H "Authorization: Key $GATEPOST_API_KEY" --json'
    body = '{"source_id": "SOURCE_ID", "source_version": VERSION}'
    return FormDialog(
        f"Replace the source of {app.name}",
        f"{here}/replace",
        "Replace source",
        [
            *(Hidden("confirmed", one) for one in form.others),
            SelectField("source_id", "Source", [Choice(one, name) for one, name in sources], form.source_id),
            TextField(
                "source_version", "Version", form.version,
                hint="Empty: the newest that can be deployed.",
                error=form.name_error, is_required=False, max_length=8,
            ),
        ],
        csrf,
        here,
        sentence=f"v{app.version} serves until the version of the other source answers; no request is "
        "dropped. Its address, its shares and its environment stay, and you can go back.",
        fault=form.fault,
        is_over=is_over,
        symbol="box",
        same=[
            Snippet("CLI", f"gatepost apps replace-source {app.number} --source NAME"),
            Snippet("curl", f"{call} \\\n  '{body}' \\\n  {url}/api/v1/apps/{app.id}/deploy"),
        ],
    )  # fmt: skip


def _bundle(limit_mb: int, error: str) -> FileField:
    return FileField(
        "bundle",
        "Bundle",
        BUNDLES,
        f"The folder as .zip or .tar.gz, at most {limit_mb} MB.",
        error,
        limit_mb=limit_mb,
    )
