"""The folder of the sockets is ours alone, or there is no start."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepost_server.admin.preflight import prepare_folders
from gatepost_server.admin.refusals import FolderNotWritable
from gatepost_server.settings import Folders


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folders]:
    """The folders of somebody who is not root: their sockets lie where anybody may write."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with tempfile.TemporaryDirectory() as anybodys:
        monkeypatch.setattr(tempfile, "tempdir", anybodys)
        yield Folders(tmp_path / "data")


def test_a_folder_of_our_own_becomes_private(folders: Folders) -> None:
    folders.run.mkdir(mode=0o755)
    prepare_folders(folders)
    assert folders.run.stat().st_mode & 0o777 == 0o700


def test_a_link_that_somebody_laid_is_refused(folders: Folders, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    folders.run.symlink_to(tmp_path / "theirs")
    with pytest.raises(FolderNotWritable, match="is not a folder that this user made"):
        prepare_folders(folders)
    assert list((tmp_path / "theirs").iterdir()) == []


def test_a_folder_that_somebody_made_is_refused(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    folders.run.mkdir()
    if os.geteuid() == 0:
        os.chown(folders.run, 12345, 12345)
    else:
        mine = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
        folders.run.mkdir()
    with pytest.raises(FolderNotWritable, match="is not a folder that this user made"):
        prepare_folders(folders)
