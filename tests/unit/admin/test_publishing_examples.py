"""The bundled examples are published once, whatever ends the start that does it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepost_server.admin import examples
from gatepost_server.admin.examples import Examples
from gatepost_server.admin.founding import ORIGIN, Founding
from gatepost_server.admin.marker import Marker
from gatepost_server.apps import (
    Desk,
    RuntimeStatus,
    add_version,
    deploy_version,
    get_app,
    pack_folder,
    taken_in,
)
from gatepost_server.apps.model import BuildResult
from gatepost_server.kernel.clock import SystemClock
from gatepost_server.settings import Folders, Settings


@pytest.fixture
def founding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Founding, Settings, Folders]]:
    content = tmp_path / "examples" / "page"
    content.mkdir(parents=True)
    (content / "index.html").write_text("hello")
    (content / "gatepost.toml").write_text('[app]\nname = "Page"\n')
    monkeypatch.setattr(examples, "examples_folder", lambda: tmp_path / "examples")
    settings = Settings(data_dir=tmp_path / "data")
    folders = Folders(settings.data_dir.resolve())
    folders.prepare()
    Marker.of(folders.marker, test_clock=False, has_store=False, now=SystemClock().now())
    made = Founding.of(settings, folders)
    yield made, settings, folders
    made.uow.engine.dispose()
    shutil.rmtree(folders.run, ignore_errors=True)


def _publish(founding: tuple[Founding, Settings, Folders]) -> None:
    Examples(*founding).publish(lambda _said: None)


def test_a_start_killed_before_the_marker_publishes_no_second_time(
    founding: tuple[Founding, Settings, Folders],
) -> None:
    _, _, folders = founding
    before = folders.marker.read_text()
    _publish(founding)
    published = Marker.read(folders.marker).examples
    folders.marker.write_text(before)
    _publish(founding)
    assert Marker.read(folders.marker).examples == published
    assert len(list(folders.sources.iterdir())) == 1


def test_what_is_uploaded_to_an_examples_source_is_not_trusted(
    founding: tuple[Founding, Settings, Folders], tmp_path: Path
) -> None:
    made, _, folders = founding
    _publish(founding)
    desk = Desk(made.uow, folders, "test")
    desk.report_runtime(RuntimeStatus("strict"))
    _build(desk)
    [app] = desk.desired_apps()
    assert app.trusted
    archive = tmp_path / "mine.tar.gz"
    pack_folder(tmp_path / "examples" / "page", archive)
    with made.signed_in() as (actor, _):
        with (
            taken_in(archive, folders.sources, made.uow.clock.now()) as bundle,
            made.uow.begin(actor, ORIGIN) as tx,
        ):
            add_version(tx, get_app(tx, app.app_id).source_id, bundle)
        with made.uow.begin(actor, ORIGIN) as tx:
            deploy_version(tx, app.app_id, 2)
    _build(desk)
    assert [one.trusted for one in desk.desired_apps()] == [False]


def _build(desk: Desk) -> None:
    order = desk.claim_build()
    assert order is not None
    desk.finish_build(order.version_id, BuildResult(ok=True))
