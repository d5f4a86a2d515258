"""Static files: ranges, validators, types, and nothing outside the root."""

import pytest

from gatepost_server.runtime.relay.static import StaticSite, parts_of, range_of, type_of


@pytest.fixture
def site(tmp_path):
    root = tmp_path / "site"
    (root / "sub").mkdir(parents=True)
    (root / "empty").mkdir()
    (root / "index.html").write_bytes(b"<h1>home</h1>")
    (root / "sub" / "index.html").write_bytes(b"sub")
    (root / "data.csv").write_bytes(b"0123456789")
    (root / "a b.txt").write_bytes(b"space")
    (root / ".env").write_bytes(b"secret")
    (tmp_path / "secret").write_bytes(b"secret")
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "out").symlink_to(tmp_path)
    return StaticSite(root)


def get(site, target, method=b"GET", **headers):
    fields = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
    answer = site.answer(method, target, fields)
    body = b"".join(answer.pieces())
    answer.close()
    head, _, inline = answer.head.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    named = dict(line.split(b": ", 1) for line in lines)
    return int(first.split(b" ")[1]), named, inline + body


@pytest.mark.parametrize(
    ("target", "body"),
    [
        (b"/", b"<h1>home</h1>"),
        (b"/index.html", b"<h1>home</h1>"),
        (b"/sub/", b"sub"),
        (b"/data.csv?x=1", b"0123456789"),
        (b"/a%20b.txt", b"space"),
        (b"//data.csv", b"0123456789"),
    ],
)
def test_files_and_indexes_are_served_whole(site, target, body):
    status, named, got = get(site, target)
    assert (status, got) == (200, body)
    assert named[b"content-length"] == b"%d" % len(body)
    assert named[b"x-content-type-options"] == b"nosniff"


@pytest.mark.parametrize(
    "target",
    [
        b"/missing",
        b"/empty/",
        b"/link",
        b"/out/secret",
        b"/.env",
        b"/../secret",
        b"/%2e%2e/secret",
        b"/sub/..%2f..%2fsecret",
        b"/%00",
        b"/..%5csecret",
        b"/data.csv/",
        b"/data.csv/x",
        b"/sub/%2e",
    ],
)
def test_nothing_else_is_there(site, target):
    assert get(site, target)[0] == 404


def test_a_folder_without_its_slash_is_moved_to_where_its_links_work(site):
    assert get(site, b"/sub")[1][b"location"] == b"/sub/"
    assert get(site, b"/sub", X_Forwarded_Prefix=b"/content/24")[1][b"location"] == b"/content/24/sub/"


def test_head_has_the_length_and_no_body_and_other_methods_are_refused(site):
    status, named, body = get(site, b"/data.csv", b"HEAD")
    assert (status, named[b"content-length"], body) == (200, b"10", b"")
    assert get(site, b"/data.csv", b"POST")[0] == 405


def test_an_unchanged_file_is_not_sent_again(site):
    _, named, _ = get(site, b"/data.csv")
    assert get(site, b"/data.csv", If_None_Match=b'W/"x", ' + named[b"etag"])[0] == 304
    assert get(site, b"/data.csv", If_None_Match=b'"x"')[0] == 200
    assert get(site, b"/data.csv", If_Modified_Since=named[b"last-modified"])[0] == 304


@pytest.mark.parametrize(
    ("wish", "body", "span"),
    [
        (b"bytes=2-4", b"234", b"bytes 2-4/10"),
        (b"bytes=7-", b"789", b"bytes 7-9/10"),
        (b"bytes=-3", b"789", b"bytes 7-9/10"),
        (b"bytes=0-99", b"0123456789", b"bytes 0-9/10"),
    ],
)
def test_a_range_is_served_as_asked(site, wish, body, span):
    status, named, got = get(site, b"/data.csv", Range=wish)
    assert (status, got, named[b"content-range"]) == (206, body, span)


def test_a_range_outside_is_416_and_one_for_an_old_file_is_whole(site):
    status, named, _ = get(site, b"/data.csv", Range=b"bytes=10-")
    assert (status, named[b"content-range"]) == (416, b"bytes */10")
    assert get(site, b"/data.csv", Range=b"bytes=0-1", If_Range=b'"old"')[0] == 200


@pytest.mark.parametrize(
    "wish", [b"lines=1-2", b"bytes=1-2,4-5", b"bytes=-", b"bytes=a-b", b"bytes=5-2", b"bytes"]
)
def test_ranges_that_say_nothing_are_ignored(wish):
    assert range_of(wish, 10) is None


def test_types_are_what_browsers_need():
    assert type_of(b"x.html") == b"text/html; charset=utf-8"
    assert type_of(b"x.mjs").startswith(b"text/javascript")
    assert type_of(b"x.wasm") == b"application/wasm"
    assert type_of(b"x.tar.gz") == b"application/octet-stream"
    assert type_of(b"x") == b"application/octet-stream"


def test_well_known_is_the_only_hidden_folder():
    assert parts_of(b"/.well-known/x") == [b".well-known", b"x"]
    assert parts_of(b"/.git/config") is None


@pytest.mark.parametrize(
    ("path", "is_well"),
    [
        ("/", True), ("/data.csv", True), ("/sub", True), ("/sub/", True),
        ("/empty/", False), ("/health", False), ("/../secret", False), ("/link", False),
    ],
)  # fmt: skip
def test_a_health_path_leads_to_something_that_is_shown(site, path, is_well):
    assert site.is_well(path) is is_well
