# SPDX-License-Identifier: GPL-2.0-or-later
"""The state directory: power cuts, full disks, damage."""
import json
import os
import random
import signal
import subprocess

import wire
from harness import Client, Skip, fails, guest_elf, memfd, path_of, test, wait_for

SIZE = 3 << 20


def definition(name, cmdline):
    return json.dumps({"name": name, "memory": "16M", "boot": {"kernel": "/k", "cmdline": cmdline}})


@test
def killed_while_writing(w):
    """The daemon is killed at random moments while it writes; every definition is whole afterwards"""
    seed = int(os.environ.get("SEED", "440"))
    rng, daemon = random.Random(seed), w.daemon
    for turn in range(25):
        c = Client(daemon)
        names = {g[0]: c.get(g[1], "org.kvm440.Guest1", "Definition") for g in c.manager("ListGuests")}
        # The third and the fourth are new files for definitions that stay.
        kernels = [memfd(bytes([65 + k]) * SIZE) for k in range(4)]
        for n in range(6):
            name = f"g{n}"
            k = rng.randrange(2)
            if name not in names:
                c.send("org.kvm440", "/org/kvm440", "org.kvm440.Manager1", "CreateGuest", "sa{sh}t",
                       (definition(name, f"kernel {k}"), {"kernel": kernels[k]}, 0))
            elif rng.random() < 0.4:
                k = 2 + number_of(names[name])
                c.send("org.kvm440", path_of(name), "org.kvm440.Guest1", "Update", "sa{sh}t",
                       (names[name], {"kernel": kernels[k]}, 1))
            elif rng.random() < 0.2:
                c.send("org.kvm440", path_of(name), "org.kvm440.Guest1", "Remove", "t", (0,))
            else:
                c.send("org.kvm440", path_of(name), "org.kvm440.Guest1", "Update", "sa{sh}t",
                       (definition(name, f"kernel {k}"), {"kernel": kernels[k]}, 0))
        try:
            c.receive(rng.random() * 0.05)
        except wire.Gone:
            pass
        daemon.stop(signal.SIGKILL)
        c.close()
        for fd in kernels:
            os.close(fd)
        daemon.start()
        check_whole(daemon, turn)
    assert "cannot be loaded" not in daemon.journal(), daemon.journal()


def number_of(text):
    """Which kernel a definition says that it has."""
    return int(json.loads(text)["boot"]["cmdline"][-1])


def check_whole(daemon, turn):
    c = Client(daemon)
    for name, path, state, _ in c.manager("ListGuests"):
        k = number_of(c.get(path, "org.kvm440.Guest1", "Definition"))
        with open(os.path.join(daemon.state, "guests", name, "kernel"), "rb") as f:
            content = f.read()
        assert content in (bytes([65 + k]) * SIZE, bytes([67 + k]) * SIZE), \
            f"turn {turn}: {name} is mixed: {content[:1]} {len(content)}"
        assert state == "stopped"
    assert os.listdir(os.path.join(daemon.state, "tmp")) == []
    c.close()


@test
def disk_full(w):
    """A full disk is an error with a sentence, and leaves what was there"""
    if os.geteuid() != 0:
        raise Skip("only root can mount a small file system")
    state = os.path.join(w.work, "small")
    os.mkdir(state)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", state]).returncode != 0:
        raise Skip("this machine allows no mount")
    try:
        daemon = w.add_daemon(state=state)
        c = Client(daemon)
        c.create("small")
        before = c.get(path_of("small"), "org.kvm440.Guest1", "Definition")
        big = memfd(b"x" * SIZE)
        document = definition("big", "")
        fails("NoSpace", c.manager, "CreateGuest", "sa{sh}t", document, {"kernel": big}, 0, says="no space")
        fails("NoSpace", c.manager, "ImportImage", "sht", "big", big, 0, says="no space")
        fails("NoSpace", c.guest, "small", "Update", "sa{sh}t", definition("small", "new"),
              {"kernel": big}, 0, says="no space")
        # To the last byte, so that not even a definition fits
        with open(os.path.join(state, "ballast"), "wb", buffering=0) as f:
            try:
                while True:
                    f.write(b"x" * 512)
            except OSError:
                pass
        tiny, new = memfd(b"y" * 5000), json.loads(before)
        new["boot"]["cmdline"] = "z" * 1000
        new = json.dumps(new)
        fails("NoSpace", c.manager, "CreateGuest", "sa{sh}t", definition("tiny", ""), {"kernel": tiny}, 0)
        fails("NoSpace", c.guest, "small", "Update", "sa{sh}t", new, {}, 0)
        assert [g[0] for g in c.manager("ListGuests")] == ["small"]
        assert c.manager("ListImages") == []
        assert os.listdir(os.path.join(state, "tmp")) == []
        os.unlink(os.path.join(state, "ballast"))
        assert c.get(path_of("small"), "org.kvm440.Guest1", "Definition") == before
        c.watch()
        c.manager("CreateGuest", "sa{sh}t", definition("tiny", ""), {"kernel": tiny}, 0)
        assert c.do("small", "Start") == "done"
        c.close()
        daemon.stop(signal.SIGKILL)
    finally:
        subprocess.run(["umount", "-l", state], check=True)


@test
def damaged_definition(w):
    """A damaged definition is reported and kept aside, and the others load"""
    daemon, c = w.daemon, w.client()
    for name in ("bad", "good", "moved"):
        c.create(name)
    daemon.stop()
    guests = os.path.join(daemon.state, "guests")
    with open(os.path.join(guests, "bad", "definition.json"), "r+") as f:
        f.truncate(20)
    os.rename(os.path.join(guests, "moved"), os.path.join(guests, "elsewhere"))
    os.mkdir(os.path.join(daemon.state, "tmp", "77"))
    daemon.start()
    c = w.client()
    assert [g[0] for g in c.manager("ListGuests")] == ["good"]
    journal = daemon.journal()
    assert "guest 'bad' cannot be loaded" in journal and "broken/bad.1" in journal, journal
    assert "tmp/77: removed" in journal, journal
    assert os.path.exists(os.path.join(daemon.state, "broken", "bad.1", "kernel"))
    assert c.create("bad")


@test
def two_daemons(w):
    """A second daemon on the same state directory is refused"""
    w.client()
    try:
        w.add_daemon(bus=w.add_bus(), state=w.daemon.state)
    except RuntimeError as e:
        assert "another kvm440d uses this state directory" in str(e), e
    else:
        raise AssertionError("two daemons share a state directory")


@test
def guests_survive_a_restart(w):
    """Definitions and files outlive the daemon"""
    c = w.client()
    c.create("web", autostart=False)
    text = c.get(path_of("web"), "org.kvm440.Guest1", "Definition")
    assert w.daemon.stop() == 0
    w.daemon.start()
    c = w.client()
    assert c.get(path_of("web"), "org.kvm440.Guest1", "Definition") == text
    c.watch()
    assert c.do("web", "Start") == "done"
    with open(guest_elf(), "rb") as a, open(os.path.join(w.daemon.state, "guests/web/kernel"), "rb") as b:
        assert a.read() == b.read()
    wait_for(lambda: c.state("web") == "running", "it runs")
