"""Packing a folder: what goes in, what stays out, and that it is the same every time."""

import gzip
import os
import tarfile
from pathlib import Path

import pytest

from gatepost.bundle import MAX_FILES, packed
from gatepost.errors import Invalid
from gatepost.ignore import Ignore


def folder_with(root: Path, *names: str) -> Path:
    for name in names:
        path = root / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}")
    return root / "site"


def names_in(folder: Path) -> list[str]:
    with packed(folder) as bundle, tarfile.open(bundle.path) as archive:
        return archive.getnames()


def bytes_of(folder: Path) -> bytes:
    with packed(folder) as bundle:
        return bundle.path.read_bytes()


def test_equal_folders_give_equal_bytes(tmp_path: Path) -> None:
    one = folder_with(tmp_path / "one", "b.txt", "a/c.txt")
    two = folder_with(tmp_path / "two", "a/c.txt", "b.txt")
    os.utime(two / "b.txt", (1, 1))
    (two / "b.txt").chmod(0o600)
    assert bytes_of(one) == bytes_of(two)


def test_a_changed_file_gives_other_bytes(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "a.txt")
    before = bytes_of(folder)
    (folder / "a.txt").write_text("other")
    assert bytes_of(folder) != before


def test_links_are_left_out_and_named(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "app.py")
    (tmp_path / "secret.txt").write_text("not yours")
    (folder / "file-link").symlink_to(tmp_path / "secret.txt")
    (folder / "folder-link").symlink_to(tmp_path)
    (folder / "dangling").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")
    with packed(folder) as bundle, tarfile.open(bundle.path) as archive:
        assert archive.getnames() == ["app.py"]
        assert [left.path for left in bundle.left_out] == ["dangling", "file-link", "folder-link", "pipe"]


def test_the_folder_itself_may_be_reached_through_a_link(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "app.py")
    (tmp_path / "alias").symlink_to(folder)
    assert names_in(tmp_path / "alias") == ["app.py"]


def test_caches_environments_and_git_stay_at_home(tmp_path: Path) -> None:
    folder = folder_with(
        tmp_path, "app.py", ".git/config", "__pycache__/app.pyc", ".venv/x", "mine/pyvenv.cfg", "mine/x",
        "node_modules/a/index.js", ".DS_Store", "sub/.DS_Store",
    )  # fmt: skip
    assert names_in(folder) == ["app.py"]


def test_ignore_rules_are_honoured(tmp_path: Path) -> None:
    folder = folder_with(
        tmp_path, "app.py", "data/raw.csv", "data/keep.csv", "notes.md", "sub/notes.md", "build/x"
    )
    (folder / ".gatepostignore").write_text(
        "# not for the server\n/notes.md\ndata/*.csv\n!data/keep.csv\nbuild/\n"
    )
    assert names_in(folder) == ["app.py", "data/keep.csv", "sub/notes.md"]


@pytest.mark.parametrize(
    ("rule", "path", "is_out"),
    [
        ("*.log", "a/b/x.log", True),
        ("*.log", "a/x.log.txt", False),
        ("/x", "a/x", False),
        ("a/**/z", "a/b/c/z", True),
        ("a/**/z", "a/z", True),
        ("**/z", "q/z", True),
        ("a/**", "a/b/c", True),
        ("a/**", "a", False),
        ("x?.py", "x1.py", True),
        ("x?.py", "x/.py", False),
        ("[ab].txt", "b.txt", True),
        ("[!ab].txt", "b.txt", False),
        ("[!ab].txt", "c.txt", True),
        (r"\!odd", "!odd", True),
        (r"\#odd", "#odd", True),
        ("only/", "only", False),
        ("  ", "  ", False),
        ("a.c", "abc", False),
        ("über*", "überall", True),
        ("[", "[", True),
    ],
)
def test_ignore_rules_read_as_in_git(rule: str, path: str, is_out: bool) -> None:
    assert Ignore([rule]).leaves_out(path, is_folder=False) is is_out


def test_a_folder_rule_fits_folders_only() -> None:
    assert Ignore(["only/"]).leaves_out("only", is_folder=True)


def test_names_in_any_script_travel_unchanged(tmp_path: Path) -> None:
    names = ["ångström.txt", "データ/表.csv", "emoji 🎈.md", "x" * 200 + ".txt"]
    folder = folder_with(tmp_path, *names)
    assert sorted(names_in(folder)) == sorted(names)


def test_a_name_that_is_no_unicode_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "app.py")
    (folder / os.fsdecode(b"bad\xff.txt")).write_text("x")
    with pytest.raises(Invalid, match="not valid Unicode") as caught:
        names_in(folder)
    assert caught.value.error_code == "bad-file-name"


def test_a_path_too_long_for_a_server_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "d" * 120 + "/" + "f" * 130)
    with pytest.raises(Invalid, match="longer than 240 bytes"):
        names_in(folder)


def test_the_executable_bit_travels_and_nothing_else(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "run.sh", "plain.txt")
    (folder / "run.sh").chmod(0o4777)
    (folder / "plain.txt").chmod(0o666)
    with packed(folder) as bundle, tarfile.open(bundle.path) as archive:
        modes = {member.name: (member.mode, member.uid, member.uname) for member in archive}
    assert modes == {"plain.txt": (0o644, 0, ""), "run.sh": (0o755, 0, "")}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "closed.txt")
    (folder / "closed.txt").chmod(0)
    with pytest.raises(Invalid, match=r"closed\.txt cannot be read"):
        names_in(folder)


def test_a_large_file_is_streamed_whole(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "small.txt")
    piece = os.urandom(1024 * 1024)
    with (folder / "large.bin").open("wb") as file:
        for _ in range(24):
            file.write(piece)
    with packed(folder) as bundle, tarfile.open(bundle.path) as archive:
        content = archive.extractfile("large.bin")
        assert content is not None
        assert sum(content.read(len(piece)) == piece for _ in range(24)) == 24


def test_a_very_regular_file_does_not_look_like_a_bomb(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "a.txt")
    (folder / "zeros.bin").write_bytes(bytes(8 * 1024 * 1024))
    with packed(folder) as bundle:
        assert bundle.files == 2
        expanded = len(gzip.decompress(bundle.path.read_bytes()))
        assert expanded <= 100 * bundle.size


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site" / ".git").mkdir(parents=True)
    with pytest.raises(Invalid, match="holds no file"):
        names_in(tmp_path / "site")


def test_more_files_than_a_server_takes_are_refused_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_FILES == 10_000
    monkeypatch.setattr("gatepost.bundle.MAX_FILES", 3)
    with pytest.raises(Invalid, match="more than 3 files"):
        names_in(folder_with(tmp_path, "1", "2", "3", "4"))


def test_an_archive_is_taken_as_it_is(tmp_path: Path) -> None:
    archive = tmp_path / "site.zip"
    archive.write_bytes(b"PK whatever")
    with packed(archive) as bundle:
        assert bundle.path == archive


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("x")
    with pytest.raises(Invalid, match="not a folder"), packed(tmp_path / "app.py"):
        pass


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    with packed(folder_with(tmp_path, "a")) as bundle:
        path = bundle.path
    assert not path.exists()
