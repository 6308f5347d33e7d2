# SPDX-License-Identifier: GPL-2.0-or-later
"""Consoles: any number read, one types."""
import os
import socket
import stat

from harness import FORCE, READ_ONLY, REPLAY, SHUT_ENDS, SNAPSHOT, Client, fails, test, wait_for
from wire import Failure


def begin(w):
    c = w.client()
    c.watch()
    c.create("web")
    assert c.do("web", "Start") == "done"
    c.console("web", REPLAY | READ_ONLY).until("ready").close()
    return c


def open_when_free(c, flags):
    """Opens a console whose place somebody has just left: the daemon may not have seen that yet."""
    opened = []

    def attempt():
        try:
            opened.append(c.console("web", flags))
            return True
        except Failure:
            return False
    wait_for(attempt, "room for another console")
    return opened[0]


@test
def console_replay(w):
    """A console opened late begins with what was printed; without replay it does not"""
    c = begin(w)
    writer = c.console("web")
    writer.type("a")
    writer.until("[a]")
    assert b"ready" not in writer.text
    assert b"ready" in c.console("web", READ_ONLY | REPLAY).until("[a]").text


@test
def console_snapshot(w):
    """A snapshot ends by itself, also when the guest does not run"""
    c = begin(w)
    assert b"ready" in c.console("web", SNAPSHOT).all()
    assert c.do("web", "Kill") == "done"
    assert b"ready" in c.console("web", SNAPSHOT | READ_ONLY).all()


@test
def console_before_the_start(w):
    """A console opened before the first start sees the first byte, and outlives the guest"""
    c = w.client()
    c.watch()
    c.create("web")
    console = c.console("web")
    assert c.do("web", "Start") == "done"
    console.until("ready")
    console.type("o")
    c.until_state("web", "stopped")
    console.text = b""
    assert c.do("web", "Start") == "done"
    console.until("ready")
    console.type("q")
    console.until("[q]")


@test
def console_one_types(w):
    """The second one who wants to type is refused, may force his way, and hands over when he leaves"""
    c = begin(w)
    first = c.console("web")
    fails("ConsoleBusy", c.guest, "web", "OpenConsole", "t", 0)
    reader = c.console("web", READ_ONLY)
    first.type("1")
    first.until("[1]")
    reader.until("[1]")
    second = c.console("web", FORCE)
    second.type("2")
    second.until("[2]")
    first.until("[2]")
    second.close()
    first.until("[2]")
    first.type("3")
    first.until("[3]")
    reader.until("[3]")
    first.close()
    third = open_when_free(c, 0)
    third.type("4")
    third.until("[4]")


@test
def console_read_only(w):
    """What a reader sends never reaches the guest"""
    c = begin(w)
    reader, writer = c.console("web", READ_ONLY | SHUT_ENDS), c.console("web")
    reader.type("x")
    # Its end is answered when what it sent before was taken.
    with socket.socket(fileno=os.dup(reader.file.fileno())) as s:
        s.shutdown(socket.SHUT_WR)
    reader.all()
    writer.type("y")
    writer.until("[y]")
    assert b"[x]" not in writer.text


@test
def console_reader_that_never_reads(w):
    """A reader that never reads holds up nobody and loses only its own view"""
    c = begin(w)
    lazy = c.console("web", READ_ONLY)
    writer = c.console("web")
    for _ in range(4):
        writer.text = b""
        writer.type("f")
        writer.until("flood ended")
    other = c.console("web", READ_ONLY | REPLAY)
    other.until("flood ended")
    writer.type("z")
    writer.until("[z]")
    assert c.state("web") == "running"
    lazy.until("[z]")
    assert c.do("web", "Kill") == "done"


@test
def console_limit(w):
    """The number of open consoles of a guest is limited, and closing one makes room"""
    daemon = w.add_daemon(config="max_consoles = 3\n")
    c = Client(daemon)
    c.create("web")
    consoles = [c.console("web", READ_ONLY) for _ in range(3)]
    fails("LimitReached", c.guest, "web", "OpenConsole", "t", READ_ONLY, says="max_consoles")
    consoles.pop().close()
    consoles.append(open_when_free(c, READ_ONLY))
    c.close()


@test
def console_snapshots_count(w):
    """Snapshots that nobody reads are consoles as any other: limited, without memory of their own"""
    daemon = w.add_daemon(config="max_consoles = 3\n")
    c = Client(daemon)
    c.watch()
    c.create("web")
    c.do("web", "Start")
    c.console("web", REPLAY | READ_ONLY).until("ready").close()
    writer = open_when_free(c, 0)
    # More than a socket holds, so that they do not end.
    writer.type("f" * 8)
    for _ in range(8):
        writer.until("flood ended").text = b""
    snapshots = [c.console("web", SNAPSHOT) for _ in range(2)]
    assert all(stat.S_ISSOCK(os.fstat(s.file.fileno()).st_mode) for s in snapshots)
    for flags in (SNAPSHOT, SNAPSHOT | READ_ONLY, READ_ONLY):
        fails("LimitReached", c.guest, "web", "OpenConsole", "t", flags, says="max_consoles")
    # One that is read ends, and makes room; one that is closed does too.
    assert b"flood ended" in snapshots[0].all()
    snapshots[1].close()
    again = [open_when_free(c, SNAPSHOT) for _ in range(2)]
    assert b"flood ended" in again[0].all()
    c.do("web", "Kill")
    c.close()


@test
def console_log(w):
    """console.log keeps the console in a file that may be rotated away"""
    c = w.client()
    c.watch()
    c.create("web", console={"log": True})
    c.do("web", "Start")
    console = c.console("web", REPLAY).until("ready")
    log = os.path.join(w.daemon.logs, "web.log")

    def holds(text):
        try:
            with open(log, "rb") as f:
                return text in f.read()
        except FileNotFoundError:
            return False
    wait_for(lambda: holds(b"ready"), "the log has what was printed")
    os.rename(log, log + ".1")
    console.type("k")
    wait_for(lambda: holds(b"[k]"), "the log was made again")
