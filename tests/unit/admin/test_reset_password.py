"""`gatepost admin reset-password`: the way back in when nobody can sign in any more."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from stores import ORIGIN

from gatepost_server import bootstrap, identity
from gatepost_server.admin.cli import admin
from gatepost_server.admin.founding import Founding
from gatepost_server.kernel.secret import Secret
from gatepost_server.settings import Folders, Settings


@pytest.fixture
def founded(tmp_path: Path) -> Path:
    folders = Folders(tmp_path)
    folders.prepare()
    Founding.of(Settings(data_dir=tmp_path), folders)
    return tmp_path


def test_the_code_sets_a_new_password(founded: Path) -> None:
    said = CliRunner().invoke(
        admin, ["reset-password", "admin", "--data-dir", str(founded)], catch_exceptions=False
    )
    assert said.exit_code == 0
    base = bootstrap.Foundation.lay(Settings(data_dir=founded), pool_size=1)
    code, new = Secret(said.output.split()[-1]), Secret("correct horse battery")
    identity.use_reset_code(base.uow, base.peppers, username="admin", code=code, new=new, origin=ORIGIN)
    made = identity.sign_in(base.uow, base.sign_in, username="admin", password=new, origin=ORIGIN)
    assert made.user.username == "admin"


def test_an_unknown_name_changes_nothing(founded: Path) -> None:
    said = CliRunner().invoke(admin, ["reset-password", "nobody", "--data-dir", str(founded)])
    assert said.exit_code != 0
    assert "There is no such user." in str(said.exception) + said.output
