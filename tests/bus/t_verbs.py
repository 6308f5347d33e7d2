# SPDX-License-Identifier: GPL-2.0-or-later
"""What is done to guests, and what is told about it."""
import json
import os

from harness import (GUEST, JOB, MANAGER, NAME, PATIENCE, READ_ONLY, REPLAY, ROOT, Skip, fails, memfd, path_of, test)

PROPERTIES = "org.freedesktop.DBus.Properties"
OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager"


@test
def life_of_a_guest(w):
    """A guest is created, started, paused, resumed, rebooted, killed and removed"""
    c = w.client()
    c.watch()
    path = c.create("web")
    assert path == path_of("web"), path
    assert c.manager("GetGuest", "s", "web") == path
    assert c.manager("ListGuests") == [("web", path, "stopped", "none")]
    assert c.do("web", "Start") == "done"
    assert c.state("web") == "running"
    everything = c.get_all(path, GUEST)
    assert everything["Cause"] == "start" and everything["Engine"] == "interp", everything
    assert everything["Memory"] == 16 << 20 and everything["StartedTimestamp"] > 1 << 50
    console = c.console("web", 2).until("ready")
    assert c.do("web", "Pause") == "done"
    assert (c.state("web"), c.get(path, GUEST, "Cause")) == ("paused", "pause")
    assert c.do("web", "Resume") == "done"
    console.type("a")
    console.until("[a]")
    assert c.do("web", "Reboot") == "done"
    assert c.get(path, GUEST, "Reboots") == 1
    console.text = b""
    console.until("ready")
    statistics = c.get(path, GUEST, "Statistics")
    assert set(statistics) >= {"instructions", "interrupts", "tlb-misses"}, statistics
    assert c.get(path, GUEST, "Exits")["mmio"] > 0
    assert c.get(path, GUEST, "CPUTimeNSec") > 0
    assert c.do("web", "Kill") == "done"
    assert (c.state("web"), c.get(path, GUEST, "Cause")) == ("stopped", "kill")
    assert c.get(path, GUEST, "Engine") == ""
    assert c.guest("web", "Remove", "t", 0) is None
    assert c.manager("ListGuests") == []
    fails("NoSuchGuest", c.manager, "GetGuest", "s", "web")


@test
def verbs_of_the_manager(w):
    """The manager's verbs do the same by name"""
    c = w.client()
    c.watch()
    c.create("web")
    assert c.job(c.manager("StartGuest", "st", "web", 0)) == "done"
    assert c.job(c.manager("PauseGuest", "st", "web", 0)) == "done"
    assert c.job(c.manager("ResumeGuest", "st", "web", 0)) == "done"
    assert c.job(c.manager("RebootGuest", "st", "web", 0)) == "done"
    dump = json.loads(c.manager("DumpState", "st", "web", 0))
    assert dump, dump
    assert c.job(c.manager("StopGuest", "stt", "web", 1, 0)) == "forced"
    assert c.job(c.manager("StartGuest", "st", "web", 0)) == "done"
    assert c.job(c.manager("KillGuest", "st", "web", 0)) == "done"
    assert c.manager("RemoveGuest", "st", "web", 0) is None


@test
def stop_is_graceful_then_forced(w):
    """Stop waits, then kills, and says so; a guest that goes by itself is not forced"""
    c = w.client()
    c.watch()
    c.create("web")
    c.do("web", "Start")
    assert c.do("web", "Stop", 300000, 0) == "forced"
    p = c.get_all(path_of("web"), GUEST)
    assert (p["State"], p["Cause"]) == ("stopped", "kill"), p
    assert "was killed" in p["Detail"], p["Detail"]
    c.do("web", "Start")
    console = c.console("web", 2).until("ready")
    job = c.guest("web", "Stop", "tt", 60 * 1000000, 0)
    console.type("o")
    assert c.job(job) == "done"
    assert c.get(path_of("web"), GUEST, "State") == "stopped"


@test
def guest_ends_by_itself(w):
    """Power-off, reset and halt of the guest are told with their cause"""
    c = w.client()
    c.watch()
    c.create("web")
    c.do("web", "Start")
    console = c.console("web", 2).until("ready")
    console.type("r")
    c.until(lambda m: m.member == "PropertiesChanged" and m.body[1].get("Reboots") == 1)
    assert c.state("web") == "running"
    assert c.get(path_of("web"), GUEST, "Cause") == "guest-reboot"
    console.text = b""
    console.until("ready")
    console.type("h")
    c.until_state("web", "halted")
    assert c.get(path_of("web"), GUEST, "Cause") == "guest-halt"
    assert c.do("web", "Reboot") == "done"
    console.text = b""
    console.until("ready").type("o")
    c.until_state("web", "stopped")
    assert c.get(path_of("web"), GUEST, "Cause") == "guest-poweroff"


@test
def on_reboot_stop(w):
    """on_reboot: stop ends the guest where it would restart"""
    c = w.client()
    c.watch()
    c.create("web", on_reboot="stop")
    c.do("web", "Start")
    c.console("web", 2).until("ready").type("r")
    c.until_state("web", "stopped")
    assert c.get(path_of("web"), GUEST, "Cause") == "guest-reboot"


@test
def signals_in_order(w):
    """Each signal comes once and in order: JobNew, reply, the guest's change, JobRemoved"""
    c = w.client()
    c.create("web")
    c.watch()
    serial = c.send(NAME, path_of("web"), GUEST, "Start", "t", (0,))
    events, job = [], None
    while not events or events[-1] != "JobRemoved":
        m = c.receive()
        if m.kind != 4:
            assert m.fields[5] == serial
            job = m.body[0]
            events.append("reply")
        elif m.member == "PropertiesChanged" and m.path == path_of("web"):
            events += [f"{k}={m.body[1][k]}" for k in ("State",) if k in m.body[1]]
        elif m.member in ("JobNew", "JobRemoved"):
            events.append(m.member)
            assert m.body[2] == "web" and m.path == ROOT
            assert job in (None, m.body[1])
    assert events == ["JobNew", "reply", "State=starting", "State=running", "JobRemoved"], events


@test
def property_changes(w):
    """PropertiesChanged names what changed, nothing else, and agrees with Get"""
    c, seen, known = w.client(), [], {}
    c.create("web")
    c.watch()
    known = c.get_all(path_of("web"), GUEST)
    c.do("web", "Start")
    c.do("web", "Pause")
    c.do("web", "Resume")
    c.do("web", "Stop", 1, 0)
    # until() has eaten the signals: once more, by hand
    job = c.guest("web", "Start", "t", 0)
    while True:
        m = c.receive() if not c.signals else c.signals.pop(0)
        if m.member == "JobRemoved" and m.body[1] == job:
            break
        if m.member == "PropertiesChanged" and m.path == path_of("web"):
            interface, changed, invalidated = m.body
            # The counters: without a value, whenever the state changes.
            assert interface == GUEST and changed, m
            assert set(invalidated) == ({"CPUTimeNSec", "Exits", "Statistics"} if "State" in changed else set()), m
            for k, v in changed.items():
                seen.append(k)
    known = {k: v for k, v in c.get_all(path_of("web"), GUEST).items()}
    assert seen.count("State") == 2, seen
    for k in ("Definition", "Autostart", "Memory", "CPUTimeNSec", "Exits", "Statistics", "Name"):
        assert k not in seen, seen
    assert known["State"] == "running"
    assert c.get(ROOT, MANAGER, "RunningCount") == 1


@test
def object_manager(w):
    """ObjectManager lists guests and jobs, and tells when they come and go"""
    c = w.client()
    c.watch()
    c.create("web")
    m = c.until(lambda m: m.member == "InterfacesAdded")
    assert m.path == ROOT and m.body[0] == path_of("web") and GUEST in m.body[1], m
    assert m.body[1][GUEST]["Name"] == "web"
    c.do("web", "Start")
    job = c.guest("web", "Stop", "tt", 3600 * 1000000, 0)
    objects = c.call(NAME, ROOT, OBJECT_MANAGER, "GetManagedObjects")
    assert objects[path_of("web")][GUEST]["State"] in ("running", "stopping"), objects
    assert objects[job][JOB]["Verb"] == "stop" and objects[job][JOB]["Guest"] == "web", objects
    assert c.get(job, JOB, "Id") == int(job.rsplit("/", 1)[1])
    c.signals.clear()
    kill = c.guest("web", "Kill", "t", 0)
    m = c.until(lambda m: m.member == "InterfacesRemoved")
    assert m.body[0] == job and JOB in m.body[1], m
    assert c.job(kill) == "done"
    c.signals.clear()
    c.guest("web", "Remove", "t", 0)
    m = c.until(lambda m: m.member == "InterfacesRemoved" and m.body[0] == path_of("web"))
    assert GUEST in m.body[1]
    assert set(c.call(NAME, ROOT, OBJECT_MANAGER, "GetManagedObjects")) <= {ROOT}


@test
def cancel_a_job(w):
    """A stop that is canceled does not become a kill; the job is gone"""
    c = w.client()
    c.watch()
    c.create("web")
    c.do("web", "Start")
    job = c.guest("web", "Stop", "tt", 3600 * 1000000, 0)
    assert c.guest("web", "Stop", "tt", 7200 * 1000000, 0) == job
    assert c.call(NAME, job, JOB, "Cancel") is None
    assert c.job(job) == "canceled"
    fails("org.freedesktop.DBus.Error.UnknownObject", c.call, NAME, job, JOB, "Cancel")
    c.until_state("web", "stopping")
    assert c.do("web", "Kill") == "done"


@test
def two_guests(w):
    """Two guests run side by side; when one ends the other runs on"""
    c = w.client()
    c.watch()
    for name in ("one", "two"):
        c.create(name)
        assert c.do(name, "Start") == "done"
    assert c.get(ROOT, MANAGER, "RunningCount") == 2
    one, two = c.console("one", 2).until("ready"), c.console("two", 2).until("ready")
    one.type("1")
    two.type("2")
    one.until("[1]")
    two.until("[2]")
    one.type("o")
    c.until_state("one", "stopped")
    two.type("x")
    two.until("[x]")
    assert c.state("two") == "running"
    assert b"[2]" not in one.text and b"[1]" not in two.text


@test
def many_guests(w):
    """Thirty-two guests start at once, each answers on its own console, and all end"""
    c = w.client()
    names = [f"g{n:02}" for n in range(32)]
    for name in names:
        c.create(name)
    c.watch()
    for name in names:
        c.guest(name, "Start", "t", 0)
    ended = [c.until(lambda m: m.member == "JobRemoved").body for _ in names]
    assert {(b[2], b[3]) for b in ended} == {(name, "done") for name in names}, ended
    assert c.get(ROOT, MANAGER, "RunningCount") == len(names)
    consoles = [c.console(name, 2) for name in names]
    for n, console in enumerate(consoles):
        console.until("ready")
        console.type(chr(48 + n))
    for n, console in enumerate(consoles):
        console.until(f"[{chr(48 + n)}]")
        assert console.text.count(b"[") == 1, console.text
    for n, console in enumerate(consoles):
        if n % 2:
            console.type("o")
        else:
            c.guest(names[n], "Kill", "t", 0)
    for name in names:
        c.until_state(name, "stopped")
    assert c.get(ROOT, MANAGER, "RunningCount") == 0


@test
def update(w):
    """Update replaces a definition, and files when they are passed"""
    c = w.client()
    c.watch()
    c.create("web")
    text = c.get(path_of("web"), GUEST, "Definition")
    document = json.loads(text)
    document["autostart"], document["boot"]["cmdline"] = True, "changed"
    c.guest("web", "Update", "sa{sh}t", json.dumps(document), {}, 0)
    m = c.until(lambda m: m.member == "PropertiesChanged" and m.path == path_of("web"))
    assert set(m.body[1]) == {"Definition", "Autostart"}, m
    assert json.loads(c.get(path_of("web"), GUEST, "Definition"))["boot"]["cmdline"] == "changed"
    assert c.do("web", "Start") == "done"
    fails("WrongState", c.guest, "web", "Update", "sa{sh}t", json.dumps(document), {}, 0)
    assert c.do("web", "Kill") == "done"
    document["boot"]["kernel"] = "/another"
    fails("MissingFile", c.guest, "web", "Update", "sa{sh}t", json.dumps(document), {}, 0)
    junk = memfd(b"\x7fELF junk")
    c.guest("web", "Update", "sa{sh}t", json.dumps(document), {"kernel": junk}, 0)
    os.close(junk)
    assert c.do("web", "Start") == "failed"
    p = c.get_all(path_of("web"), GUEST)
    assert (p["State"], p["Cause"]) == ("crashed", "bad-boot-file") and p["Detail"], p


@test
def update_of_files(w):
    """Update with the flag for files changes these alone, and the guest stays the one it was"""
    c = w.client()
    c.watch()
    c.create("web", initrd=memfd(b"first"))
    text = c.get(path_of("web"), GUEST, "Definition")
    copies = os.path.join(w.daemon.state, "guests", "web")

    def copy(name):
        with open(os.path.join(copies, name), "rb") as f:
            return f.read()
    kernel = copy("kernel")
    assert c.do("web", "Start") == "done"
    reader = c.console("web", REPLAY | READ_ONLY).until("ready")
    fails("WrongState", c.guest, "web", "Update", "sa{sh}t", text, {"initrd": memfd(b"second")}, 1, says="running")
    assert c.do("web", "Kill") == "done"
    c.signals.clear()
    c.guest("web", "Update", "sa{sh}t", text, {"initrd": memfd(b"second")}, 1)
    assert copy("initrd") == b"second" and copy("kernel") == kernel
    assert c.get(path_of("web"), GUEST, "Definition") == text
    other = json.loads(text)
    other["memory"] = "32M"
    fails("WrongState", c.guest, "web", "Update", "sa{sh}t", json.dumps(other), {"initrd": memfd(b"third")}, 1,
          says="definition is another")
    fails("BadBootFile", c.guest, "web", "Update", "sa{sh}t", text, {"kernel": memfd(b"third"), "initrd": memfd(b"")},
          1)
    fails("InvalidArgument", c.guest, "web", "Update", "sa{sh}t", text, {}, 2)
    assert copy("initrd") == b"second" and copy("kernel") == kernel
    assert not [m for m in c.signals if m.member == "PropertiesChanged"]
    # The one who reads the console still does.
    reader.text = b""
    assert c.do("web", "Start") == "done"
    reader.until("ready")


@test
def images(w):
    """A kernel is imported once and booted by name"""
    from harness import guest_elf
    c = w.client()
    c.watch()
    fd = os.open(guest_elf(), os.O_RDONLY)
    c.manager("ImportImage", "sht", "linux", fd, 0)
    fails("ImageExists", c.manager, "ImportImage", "sht", "linux", fd, 0)
    os.close(fd)
    (name, size, mtime), = c.manager("ListImages")
    assert (name, size) == ("linux", os.stat(guest_elf()).st_size) and mtime > 1 << 50
    document = {"name": "web", "memory": "16M", "boot": {"kernel": "image:linux"}}
    c.manager("CreateGuest", "sa{sh}t", json.dumps(document), {}, 0)
    fails("ImageInUse", c.manager, "RemoveImage", "st", "linux", 0, says="'web'")
    assert c.do("web", "Start") == "done"
    c.console("web", 2).until("ready")
    c.do("web", "Kill")
    c.guest("web", "Remove", "t", 0)
    c.manager("RemoveImage", "st", "linux", 0)
    assert c.manager("ListImages") == []


@test
def manager_properties(w):
    """The manager tells version, engines, directory and counts"""
    c = w.client()
    p = c.get_all(ROOT, MANAGER)
    assert p["StateDirectory"] == w.daemon.state and "interp" in p["Engines"], p
    assert p["Version"] and (p["GuestCount"], p["RunningCount"]) == (0, 0), p


@test
def linux_boots(w):
    """An unmodified Linux boots to its shell, answers and is stopped"""
    kernel, initrd = os.environ.get("GUEST_KERNEL"), os.environ.get("GUEST_INITRD")
    if not kernel or not initrd:
        raise Skip("GUEST_KERNEL and GUEST_INITRD are not set: no test guest was built")
    c = w.client()
    c.watch()
    c.create("linux", os.open(kernel, os.O_RDONLY), os.open(initrd, os.O_RDONLY), memory="128M",
             cmdline="console=ttyS0")
    assert c.do("linux", "Start") == "done"
    console = c.console("linux", 2).until("guest440# ", 3 * PATIENCE)
    console.type("cat /proc/cpuinfo\n")
    console.until("440EP", 3 * PATIENCE)
    assert c.do("linux", "Stop", 1, 0) == "forced"
