"""Folder, port and Envoy are looked at before anything starts."""

import socket

import pytest

from gatepost_server.admin.preflight import prepare_folders, require_envoy, require_free_port
from gatepost_server.admin.refusals import FolderNotWritable, PortTaken
from gatepost_server.gateway.launch import EnvoyMissing
from gatepost_server.settings import Folders, Settings


def test_a_good_folder_is_prepared_for_this_user_only(tmp_path):
    folders = Folders(tmp_path / "data")
    prepare_folders(folders)
    assert folders.data.stat().st_mode & 0o777 == 0o700
    assert folders.logs.is_dir()
    assert not (folders.data / ".written").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FolderNotWritable, match="--data-dir"):
        prepare_folders(Folders(tmp_path / "file" / "data"))


def test_a_free_port_is_let_pass():
    with socket.socket() as finder:
        finder.bind(("127.0.0.1", 0))
        port = finder.getsockname()[1]
    require_free_port("127.0.0.1", port)


def test_a_taken_port_is_named_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} on 127.0.0.1 is taken .*--port"):
            require_free_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(PortTaken, match="--host"):
        require_free_port("192.0.2.1", 18080)


def test_the_bundled_envoy_is_found():
    assert require_envoy(Settings()).name == "envoy"


def test_a_missing_envoy_is_refused(tmp_path):
    with pytest.raises(EnvoyMissing, match="GATEPOST_ENVOY"):
        require_envoy(Settings(envoy=tmp_path / "none"))
