# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients that mean no good."""
import json
import os
import random
import socket
import threading

import fuse
import wire
from harness import ERROR, GUEST, MANAGER, NAME, PATIENCE, ROOT, Client, Skip, fails, path_of, test, wait_for

CLIENTS = 1000


@test
def thousand_clients(w):
    """A thousand clients at once are all answered"""
    c = w.client()
    c.create("web")
    clients = [Client(w.daemon) for _ in range(CLIENTS)]
    serials = [k.send(NAME, ROOT, MANAGER, "ListGuests") for k in clients]
    starts = [k.send(NAME, path_of("web"), GUEST, "Start", "t", (0,)) for k in clients]
    outcomes = {}
    for k, serial, start in zip(clients, serials, starts):
        assert k.wait(serial)[0][0] == "web"
        try:
            outcome = "job" if k.wait(start) else None
        except wire.Failure as e:
            outcome = e.name.rsplit(".", 1)[1]
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    # One of them starts it; whoever comes before that job has ended is told the same.
    assert outcomes.get("job") == 1, outcomes
    assert set(outcomes) <= {"job", "AlreadyRunning", "LimitReached"}, outcomes
    assert sum(outcomes.values()) == CLIENTS
    for k in clients:
        k.close()
    assert c.state("web") == "running"


@test
def flood(w):
    """A client that floods without ever reading does not keep others from being answered"""
    bad, good = w.client(), w.client()
    good.create("web")
    stop = threading.Event()
    sent = [0]

    def pour():
        bad.sock.setblocking(False)
        bad.serial = 1000
        while not stop.is_set():
            try:
                bad.send(NAME, ROOT, MANAGER, "ListGuests")
                sent[0] += 1
            except BlockingIOError:
                stop.wait(0.001)
            except OSError:
                return

    thread = threading.Thread(target=pour)
    thread.start()
    try:
        wait_for(lambda: sent[0] > 100, "the flood")
        for n in range(20):
            assert good.manager("ListGuests")[0][0] == "web", n
        good.watch()
        assert good.do("web", "Start") == "done"
        good.console("web", 2).until("ready")
        assert good.do("web", "Kill") == "done"
    finally:
        stop.set()
        thread.join()


@test
def requests_are_limited(w):
    """One client cannot have more requests waiting than the configuration says"""
    daemon = w.add_daemon(config="max_requests_per_client = 4\n")
    bad, good = Client(daemon), Client(daemon)
    fd = os.memfd_create("file")
    os.write(fd, b"x" * (8 << 20))
    serials = [bad.send(NAME, ROOT, MANAGER, "ImportImage", "sht", (f"i{n}", fd, 0)) for n in range(40)]
    good.manager("ImportImage", "sht", "good", fd, 0)
    refused = 0
    for serial in serials:
        try:
            bad.wait(serial)
        except wire.Failure as e:
            assert e.name.endswith("LimitReached"), e
            refused += 1
    assert refused > 0 and len(good.manager("ListImages")) == 41 - refused, refused
    # The limit is on what waits: later requests are served again.
    bad.manager("ImportImage", "sht", "later", fd, 0)
    os.close(fd)
    bad.close()
    good.close()


@test
def files_that_never_end(w):
    """A pipe or a socket that says nothing is refused without being read"""
    c = w.client()
    fifo = os.path.join(w.work, "fifo")
    os.mkfifo(fifo)
    fd = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
    os.set_blocking(fd, True)
    a, b = socket.socketpair()
    for bad in (fd, a.fileno()):
        fails("BadBootFile", c.manager, "ImportImage", "sht", "x", bad, 0)
        fails("BadBootFile", c.create, "web", os.dup(bad))
    os.close(fd)
    b.close()
    c.create("web")


@test
def file_systems_that_stall(w):
    """Files whose file system answers no read hold up neither the daemon nor others' copies"""
    bad, good = w.client(), w.client()
    try:
        stall = fuse.Stall(os.path.join(w.work, "fuse"))
    except OSError as e:
        raise Skip(f"no FUSE file system can be mounted here: {e}") from e
    try:
        fd = os.open(stall.file, os.O_RDONLY)
        serials = [bad.send(NAME, ROOT, MANAGER, "ImportImage", "sht", (f"slow{n}", fd, 0)) for n in range(32)]
        os.close(fd)
        stall.until_read(32, PATIENCE)
        fails("LimitReached", bad.manager, "RemoveImage", "st", "x", 0)
        good.watch()
        good.create("web")
        assert good.do("web", "Start") == "done"
        good.console("web", 2).until("ready")
        assert good.do("web", "Kill") == "done"
        good.guest("web", "Remove", "t", 0)
        assert good.manager("ListImages") == []
        stall.let_go()
        for serial in serials:
            bad.wait(serial)
        assert len(good.manager("ListImages")) == 32
        assert good.manager("ListImages")[0][1] == fuse.SIZE
    finally:
        stall.close()


@test
def huge_arguments(w):
    """Huge strings are refused and the daemon goes on"""
    c = w.client()
    fails("NoSuchGuest", c.manager, "StartGuest", "st", "x" * 1000000, 0)
    fails("InvalidDefinition", c.manager, "CheckDefinition", "s", "x" * 20000000)
    fails("InvalidDefinition", c.manager, "CheckDefinition", "s", '{"a":' * 100000)
    path = "/org/kvm440/guest/" + "x" * 60000
    fails("org.freedesktop.DBus.Error.UnknownObject", c.call, NAME, path, GUEST, "Start", "t", (0,))
    assert c.manager("ListGuests") == []


@test
def mutilated_definitions(w):
    """Two thousand damaged definitions are each accepted or refused with a sentence"""
    seed = int(os.environ.get("SEED", "440"))
    rng, c = random.Random(seed), w.client()
    whole = json.dumps({"name": "web", "board": "bamboo", "memory": "64M", "engine": "auto",
                        "boot": {"kernel": "/k", "initrd": "image:i", "cmdline": "a\\u0041\u00e9"},
                        "on_reboot": "restart", "on_panic": "stop", "autostart": False, "stop_timeout": 30,
                        "console": {"ring": "1M", "log": True}}, ensure_ascii=False)
    alphabet = '{}[]",:\\0123456789.eE+-truefalsn/*\n\t \u00ff\u20ac\U0001f600'
    accepted = 0
    for n in range(2000):
        text = list(whole)
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(text))
            kind = rng.randrange(4)
            if kind == 0:
                text[at] = rng.choice(alphabet)
            elif kind == 1:
                text.insert(at, rng.choice(alphabet) * rng.choice((1, 1, 1, 2, 300)))
            elif kind == 2:
                del text[at:at + rng.randrange(1, 20)]
            else:
                text[at:at] = text[rng.randrange(len(text)):][:rng.randrange(1, 40)]
        try:
            normalized = c.manager("CheckDefinition", "s", "".join(text))
            # What was accepted once is accepted again, and means the same.
            assert c.manager("CheckDefinition", "s", normalized) == normalized, f"seed {seed}, {n}: {normalized}"
            accepted += 1
        except wire.Failure as e:
            assert e.name in (ERROR + "InvalidDefinition", ERROR + "InvalidName"), f"seed {seed}, {n}: {e}"
            assert len(e.message) > 10 and "\n" not in e.message, f"seed {seed}, {n}: {e}"
    assert 10 < accepted < 1900, accepted


@test
def not_utf8(w):
    """Text that is no UTF-8 costs its sender the connection, and nobody else anything"""
    bad, good = w.client(), w.client()
    try:
        bad.manager("StartGuest", "st", b"\xff\xfe\x80", 0)
        raise AssertionError("the bus let it through")
    except (wire.Gone, ConnectionError):
        pass
    assert good.manager("ListGuests") == []


@test
def clients_that_vanish(w):
    """Clients that leave in the middle of a request leave nothing behind"""
    good = w.client()
    fd = os.memfd_create("file")
    os.write(fd, b"x" * (4 << 20))
    pid = w.daemon.process.pid
    for n in range(30):
        c = Client(w.daemon)
        document = {"name": f"g{n}", "memory": "16M", "boot": {"kernel": "/k"}}
        c.send(NAME, ROOT, MANAGER, "CreateGuest", "sa{sh}t", (json.dumps(document), {"kernel": fd}, 0))
        c.send(NAME, ROOT, MANAGER, "ListGuests")
        c.close()
    os.close(fd)
    # What they asked for before they left is done or not, but never half.
    good.create("last")
    for name, path, state, _ in good.manager("ListGuests"):
        assert state == "stopped" and good.get(path, GUEST, "Name") == name
    wait_for(lambda: not any("memfd" in target for target in open_files(pid)), "their files are closed")


def open_files(pid):
    """What the descriptors of a process lead to; it may close them meanwhile."""
    out = []
    for f in os.listdir(f"/proc/{pid}/fd"):
        try:
            out.append(os.readlink(f"/proc/{pid}/fd/{f}"))
        except FileNotFoundError:
            pass
    return out
