"""The rules of the house: each is broken once here, and each has its obedient twin."""

import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[3] / "tools"
SERVICE = "server/src/gatepost_server/keys/service.py"
DOOR = "server/src/gatepost_server/http/v1/keys.py"
TABLES = "server/src/gatepost_server/keys/tables.py"


@pytest.fixture(autouse=True)
def tools_on_the_path(monkeypatch):
    """Let the tools import each other, as they do when run as scripts."""
    monkeypatch.syspath_prepend(str(TOOLS))


def broken(path, text):
    """Return the names of the rules that *text* at *path* breaks."""
    sys.modules.pop("house", None)
    import house

    return {fault.rule for fault in house.faults_of(path, text)}


LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 41

CASES = [
    (SERVICE, "x = 1\n" * 301, "file-limit"),
    ("tests/unit/test_x.py", "x = 1\n" * 401, "file-limit"),
    (SERVICE, LONG_FUNCTION, "function-limit"),
    (SERVICE, "def f(a, b, c, d, e, g, h): pass", "parameter-limit"),
    ("server/src/gatepost_server/keys/utils.py", "", "empty-name"),
    ("server/src/gatepost_server/common/model.py", "", "empty-name"),
    (SERVICE, "class KeyManager: pass", "empty-name"),
    (SERVICE, "def process(): pass", "empty-name"),
    (SERVICE, "tx.session.commit()", "commit"),
    (SERVICE, "text(f'select {column}')", "built-sql"),
    (SERVICE, "session.execute('select ' + column)", "built-sql"),
    (SERVICE, "session.execute('select %s' % column)", "built-sql"),
    (SERVICE, "session.execute('select {}'.format(column))", "built-sql"),
    (SERVICE, "from gatepost_server.apps.tables import AppRow", "foreign-tables"),
    (SERVICE, "from gatepost_server.apps import queries", "foreign-tables"),
    (SERVICE, "import gatepost_server.apps.tables", "foreign-tables"),
    (DOOR, "@router.post('/keys')\ndef create(): pass", "unguarded-route"),
    (DOOR, "@router.makes('/keys')\ndef create(): pass", "unguarded-route"),
    (DOOR, "@router.get('/keys', public=False)\ndef index(): pass", "unguarded-route"),
    (SERVICE, "if user.role == 'administrator': pass", "role-compared"),
    (SERVICE, "if user.role in {ServerRole.PUBLISHER}: pass", "role-compared"),
    (SERVICE, "now = datetime.now(UTC)", "clock"),
    (TABLES, "class Row:\n    password: Mapped[str]", "bare-secret"),
]

OBEDIENT = [
    (SERVICE, "x = 1\n" * 300),
    ("tests/unit/test_x.py", "x = 1\n" * 400),
    ("tests/unit/test_x.py", LONG_FUNCTION),
    ("server/src/gatepost_server/store/migrations/versions/first.py", LONG_FUNCTION + "x = 1\n" * 300),
    (SERVICE, 'def f():\n    """Say.\n' + "    words\n" * 41 + '    """\n'),
    (SERVICE, "def f(a, b, c, d, e, g, *, h=1): pass"),
    ("server/src/gatepost_server/store/uow.py", "session.commit()"),
    (SERVICE, "session.execute(select(KeyRow).where(KeyRow.name == name))"),
    (SERVICE, "text('select 1')"),
    ("server/src/gatepost_server/store/engine.py", "dbapi.execute(f'PRAGMA {pragma}')"),
    (SERVICE, "from gatepost_server.keys.tables import KeyRow"),
    (SERVICE, "from gatepost_server.apps import restart_app"),
    (DOOR, "@router.makes('/keys', action='key:create')\ndef create(): pass"),
    (DOOR, "@router.get('/login', public=True)\ndef login(): pass"),
    (DOOR, "@property\ndef get(): pass"),
    ("server/src/gatepost_server/authz/policy.py", "if user.role == 'administrator': pass"),
    (SERVICE, "if name == 'administrator': pass"),
    ("server/src/gatepost_server/kernel/clock.py", "now = datetime.now(UTC)"),
    (TABLES, "class Row:\n    password_hash: Mapped[str]"),
]


@pytest.mark.parametrize(("path", "text", "rule"), CASES)
def test_a_broken_rule_is_named(path, text, rule):
    assert rule in broken(path, text)


@pytest.mark.parametrize(("path", "text"), OBEDIENT)
def test_an_obedient_file_is_let_pass(path, text):
    assert broken(path, text) == set()


@pytest.mark.parametrize(
    ("rest", "faults"), [(" mend", {"open-task"}), (" #12 mend", set()), ("(#12): mend", set())]
)
def test_an_open_task_names_its_issue(rest, faults):
    word = "odot".upper()[::-1]
    assert faults == broken(SERVICE, f"# {word}{rest}")


def test_the_faults_of_a_file_come_with_status_1(tmp_path, capsys):
    import house

    bad = tmp_path / "bad.py"
    bad.write_text("def process(): pass\n")
    assert house.main([str(bad)]) == 1
    assert f"{bad}:1: empty-name" in capsys.readouterr().out


def test_no_fault_means_status_0(tmp_path, capsys):
    import house

    good = tmp_path / "good.py"
    good.write_text("def mend(): pass\n")
    assert house.main([str(good)]) == 0
    assert capsys.readouterr().out == ""
