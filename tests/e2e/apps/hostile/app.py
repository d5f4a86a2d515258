"""An application that tries what its author must not get; it says what it reached.

Every attempt is bounded: it stops by itself well before it could harm the machine.
"""

import errno
import json
import os
import resource
import socket
import sys
import urllib.parse
from pathlib import Path

MOST_PROCESSES = 600
MOST_MEMORY = 3 << 30


def said(attempt):
    """Run an attempt and say what came of it."""
    try:
        return {"reached": attempt()}
    except Exception as fault:
        code = getattr(fault, "errno", None)
        return {"stopped_by": errno.errorcode.get(code, type(fault).__name__)}


def read(path):
    return Path(path).read_bytes()[:200].decode("latin-1")


def listed(path):
    return sorted(entry.name for entry in Path(path).iterdir())


def written(path):
    Path(path).write_text("by the hostile app")
    return True


def connected(path):
    with socket.socket(socket.AF_UNIX) as tried:
        tried.connect(path)
    return True


def dialled(address):
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=3):
        return True


def environs(word):
    """Look for *word* in the environment and command line of every other process."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        for file in ("environ", "cmdline"):
            try:
                if word.encode() in (folder / file).read_bytes():
                    found.append(f"{folder.name}/{file}")
            except OSError:
                continue
    return found


def become_root(_):
    os.setuid(0)
    return True


def fork(_):
    """Start children until the kernel says no; they only wait, and end with this call."""
    reading, writing = os.pipe()
    children = []
    try:
        while len(children) < MOST_PROCESSES:
            pid = os.fork()
            if pid == 0:
                os.close(writing)
                os.read(reading, 1)
                os._exit(0)
            children.append(pid)
        return len(children)
    except OSError as fault:
        return f"{len(children)} and then {errno.errorcode[fault.errno]}"
    finally:
        os.close(writing)
        os.close(reading)
        for pid in children:
            os.waitpid(pid, 0)


def hog(_):
    """Take memory, and use it, until somebody says no."""
    taken = []
    while sum(map(len, taken)) < MOST_MEMORY:
        taken.append(bytearray(os.urandom(4096) * 8192))
    return sum(map(len, taken))


def facts(_):
    status = dict(
        line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line
    )
    return {
        "uid": os.getuid(), "capabilities": status["CapEff"].strip(),
        "no_new_privs": status["NoNewPrivs"].strip(), "seccomp": status["Seccomp"].strip(),
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "processes": sum(entry.name.isdigit() for entry in Path("/proc").iterdir()),
        "interfaces": [name for _, name in socket.if_nameindex()],
        "environment": dict(os.environ), "python": sys.version_info[:2],
    }  # fmt: skip


ATTEMPTS = {
    "read": read, "list": listed, "write": written, "connect": connected, "dial": dialled,
    "environs": environs, "root": become_root, "fork": fork, "hog": hog, "facts": facts,
}  # fmt: skip


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    query = {
        name: values[-1] for name, values in urllib.parse.parse_qs(scope["query_string"].decode()).items()
    }
    verb = scope["path"].rpartition("/")[2]
    body = json.dumps(said(lambda: ATTEMPTS[verb](query.get("at", "")))).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
    )
    await send({"type": "http.response.body", "body": body})
