"""The forms with which applications and sources are made."""

from dataclasses import dataclass

from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.fields import FileField, SelectField, TextField
from gatepost_server.ui.kit.tables import (
    Choice,
)
from gatepost_server.ui.pages.app_words import KIND_WORDS

BUNDLES = ".tar.gz,.tgz,.zip,application/gzip,application/zip"


@dataclass(frozen=True)
class UploadState:
    """What was typed into an upload form, and what is wrong with it."""

    name: str = ""
    kind: str = ""
    name_error: str = ""
    bundle_error: str = ""
    fault: str = ""


def upload_dialog(form: UploadState, csrf: str, limit_mb: int, *, is_over: bool) -> FormDialog:
    """Return the form that uploads a new application."""
    return FormDialog(
        "Upload an application",
        "/applications/new",
        "Upload and publish",
        [
            FileField(
                "bundle",
                "Bundle",
                BUNDLES,
                f"The folder as .zip or .tar.gz, at most {limit_mb} MB.",
                form.bundle_error,
            ),
            TextField("name", "Name", form.name, error=form.name_error, max_length=120),
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
    )


def source_dialog(form: UploadState, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that makes an empty source."""
    return FormDialog(
        "Create a source",
        "/sources/new",
        "Create source",
        [TextField("name", "Name", form.name, error=form.name_error, is_first=True, max_length=120)],
        csrf,
        "/sources",
        sentence="It holds files and builds them; nothing runs until it is published.",
        fault=form.fault,
        is_over=is_over,
        symbol="box",
    )
