# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemon itself: start, end, configuration, a bus that goes away."""
import contextlib
import os
import signal
import subprocess

import fuse
from harness import (DAEMON, GUEST, MANAGER, NAME, PATIENCE, ROOT, Client, Skip, fails, memfd, path_of, test,
                     wait_for)


@test
def autostart(w):
    """Guests with autostart run when the daemon has started, unless the configuration says no"""
    c = w.client()
    c.create("auto", autostart=True, stop_timeout=1)
    c.create("manual")
    w.daemon.stop()
    w.daemon.start()
    c = w.client()
    c.watch()
    c.until_state("auto", "running")
    assert c.state("manual") == "stopped"
    w.daemon.stop()
    with open(w.daemon.config, "w") as f:
        f.write("autostart = no\n")
    w.daemon.start()
    assert w.client().state("auto") == "stopped"


@test
def terminate(w):
    """SIGTERM stops all guests and ends the daemon with status 0, telling systemd"""
    c = w.client()
    c.watch()
    for name in ("one", "two"):
        c.create(name, stop_timeout=1)
        assert c.do(name, "Start") == "done"
    fds = f"/proc/{w.daemon.process.pid}/task"
    assert len(os.listdir(fds)) > 1
    w.daemon.process.send_signal(signal.SIGTERM)
    w.daemon.until_told("STOPPING=1")
    results = [c.until(lambda m: m.member == "JobRemoved").body[3] for _ in range(2)]
    assert results == ["forced", "forced"], results
    assert w.daemon.process.wait(60) == 0
    assert "killed" in w.daemon.journal()


@test
def terminate_twice(w):
    """A second SIGTERM does not wait"""
    c = w.client()
    c.watch()
    c.create("slow", stop_timeout=3600)
    assert c.do("slow", "Start") == "done"
    w.daemon.process.send_signal(signal.SIGTERM)
    c.until_state("slow", "stopping")
    fails("WrongState", c.manager, "CreateGuest", "sa{sh}t",
          '{"name":"late","memory":"16M","boot":{"kernel":"/k"}}', {"kernel": os.open("/etc/passwd", 0)}, 0)
    w.daemon.process.send_signal(signal.SIGTERM)
    assert w.daemon.process.wait(60) == 0


@test
def status_for_systemd(w):
    """The status line says how many guests run"""
    c = w.client()
    c.watch()
    w.daemon.until_told("STATUS=0 of 0 guests running")
    c.create("web")
    w.daemon.until_told("STATUS=0 of 1 guests running")
    c.do("web", "Start")
    w.daemon.until_told("STATUS=1 of 1 guests running")


@test
def watchdog(w):
    """With a watchdog the daemon says that it is alive"""
    daemon = w.add_daemon(env={"WATCHDOG_USEC": "2000000"})
    for _ in range(2):
        daemon.until_told("WATCHDOG=1")
        daemon.told = ""


@test
def journal(w):
    """Lines for the journal carry their priority, and no client puts a line of its own there"""
    daemon = w.add_daemon(env={"JOURNAL_STREAM": "1:1"})
    c = Client(daemon)
    c.watch()
    c.create("web", memfd(b"\x7fELF\n<0>forged"))
    assert c.do("web", "Start") == "failed"
    c.create("good")
    assert c.do("good", "Start") == "done"
    lines = daemon.journal().splitlines()
    assert lines[0].startswith("<6>ready with 0 guests"), lines
    assert any(line.startswith("<4>guest 'web': crashed (bad-boot-file)") for line in lines), lines
    assert "<6>guest 'good': running (start), engine " + c.get(path_of("good"), GUEST, "Engine") in lines, lines
    assert all(line[0] == "<" and line[2] == ">" for line in lines), lines
    assert not any(line.startswith("<0>") for line in lines), lines
    c.close()


@test
def reload(w):
    """SIGHUP reads the configuration again; one that is wrong changes nothing"""
    daemon = w.add_daemon(config="max_guests = 1\n")
    c = Client(daemon)
    c.create("one")
    fails("LimitReached", c.create, "two", says="max_guests")
    for text, word in (("max_guests = nine\n", "stays as it was"), ("max_guests = 2\n", "read again")):
        with open(daemon.config, "w") as f:
            f.write(text)
        daemon.told = ""
        daemon.process.send_signal(signal.SIGHUP)
        daemon.until_told("READY=1")
        assert word in daemon.journal(), daemon.journal()
    c.create("two")
    c.close()


@test
def bus_goes_away(w):
    """Guests run on when the bus dies, and the daemon comes back with a new one"""
    c = w.client()
    c.watch()
    c.create("web")
    assert c.do("web", "Start") == "done"
    console = c.console("web", 2).until("ready")
    w.bus.stop()
    console.type("a")
    console.until("[a]")
    w.bus.start()
    wait_for(lambda: "the bus is back" in w.daemon.journal(), "the daemon is back")
    c = w.client()
    assert c.state("web") == "running"
    console.type("b")
    console.until("[b]")
    c.watch()
    assert c.do("web", "Kill") == "done"


@test
def bus_goes_away_under_requests(w):
    """Requests that outlive their bus are carried out, and end in silence"""
    c = w.client()
    try:
        stall = fuse.Stall(os.path.join(w.work, "fuse"))
    except OSError as e:
        raise Skip(f"no FUSE file system can be mounted here: {e}") from e
    try:
        fd = os.open(stall.file, os.O_RDONLY)
        for n in range(4):
            c.send(NAME, ROOT, MANAGER, "ImportImage", "sht", (f"slow{n}", fd, 0))
        os.close(fd)
        stall.until_read(4, PATIENCE)
        w.bus.stop()
        w.bus.start()
        wait_for(lambda: "the bus is back" in w.daemon.journal(), "the daemon is back")
        c = w.client()
        assert c.manager("ListImages") == []
        stall.let_go()
        wait_for(lambda: len(c.manager("ListImages")) == 4, "the images are there")
    finally:
        stall.close()
    assert w.daemon.stop() == 0


@test
def nothing_is_left_behind(w):
    """After many starts and ends there are no more threads, descriptors and mappings than before"""
    c = w.client()
    c.watch()
    c.create("web")
    pid = w.daemon.process.pid

    def count():
        with open(f"/proc/{pid}/maps") as f:
            guest_memory = sum("memfd" in line for line in f)
        return len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task")), guest_memory

    def once():
        assert c.do("web", "Start") == "done"
        console = c.console("web", 2).until("ready")
        console.type("o")
        c.until_state("web", "stopped")
        console.close()
    idle = count()[1]
    once()
    wait_for(lambda: count()[1] == idle, "the threads have ended")
    before = count()
    for _ in range(10):
        once()
    # Not more: at the first look something may have been on its way out.
    wait_for(lambda: all(now <= then for now, then in zip(count(), before)), f"as before: {before}")


@test
def threads_have_names(w):
    """A guest's threads carry its name"""
    c = w.client()
    c.watch()
    c.create("web")
    c.do("web", "Start")
    task = f"/proc/{w.daemon.process.pid}/task"
    names = []
    for t in os.listdir(task):
        # The worker that built the machine may be about to end.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError), open(f"{task}/{t}/comm") as f:
            names.append(f.read().strip())
    assert "web/cpu0" in names and "web/io" in names, names
    assert c.get(path_of("web"), GUEST, "State") == "running"


@test
def command_line(w):
    """Options are checked, and errors end with a sentence and a status"""
    def run(*args):
        return subprocess.run([DAEMON, *args], capture_output=True, text=True, timeout=60)
    assert "kvm440d run" in run("--help").stdout and run("--help").returncode == 0
    assert run("--version").stdout.startswith("kvm440d ")
    for args, status, says in (
            (["--bogus"], 2, "--help"), (["bogus"], 2, "'bogus' is not expected"),
            (["--config=/none"], 1, "/none: No such file"),
            ([f"--config={w.daemon.config}", "--state-dir=/proc/none", f"--address={w.bus.address}"], 1,
             "/proc/none"),
            ([f"--config={w.daemon.config}", f"--state-dir={w.work}/s", f"--log-dir={w.work}/l",
              "--address=unix:path=/none"], 1, "cannot connect to the bus at 'unix:path=/none'"),
            ([f"--config={w.daemon.config}", f"--state-dir={w.work}/s", f"--log-dir={w.work}/l",
              f"--address={w.bus.address}"], 1, "somebody else has it")):
        r = run(*args)
        assert r.returncode == status and says in r.stderr, (args, r)
