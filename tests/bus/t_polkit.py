# SPDX-License-Identifier: GPL-2.0-or-later
"""
What the daemon asks polkit and what it makes of the answers. The authority here is one that answers
as the test says; the real one is asked in tests/system.
"""
import contextlib
import json
import threading

import wire
from harness import ERROR, GUEST, MANAGER, PATIENCE, ROOT, Client, path_of, python_as_nobody, test
from t_policy import need_root

AUTHORITY = "org.freedesktop.PolicyKit1"
DENIED = "org.freedesktop.DBus.Error.AccessDenied"
CHALLENGE = "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"


class Authority(threading.Thread):
    """Owns polkit's name; .asked has what was asked, .answer what is answered, None: not yet."""

    def __init__(self, bus):
        super().__init__(daemon=True)
        self.client = wire.Client(bus.address)
        self.client.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                         "su", (AUTHORITY, 0))
        self.asked, self.canceled, self.heard = [], [], threading.Condition()
        self.answer = (False, False)
        self.start()

    def run(self):
        while True:
            try:
                m = self.client.receive(3600)
            except (wire.Gone, OSError, ValueError):
                return
            if m is None or m.kind != wire.METHOD_CALL:
                continue
            with self.heard:
                if m.member == "CheckAuthorization":
                    self.asked.append(m.body)
                    if self.answer:
                        self.client.reply(m, "(bba{ss})", ((*self.answer, {}),))
                elif m.member == "CancelCheckAuthorization":
                    self.canceled.append(m.body[0])
                self.heard.notify_all()

    def until(self, condition):
        with self.heard:
            if not self.heard.wait_for(condition, PATIENCE):
                raise TimeoutError("polkit was not asked for that")

    def close(self):
        self.client.close()


class Nobody:
    """A client of another user: a process that makes the calls it is told."""

    SCRIPT = """
import json
c = wire.Client(sys.argv[1])
print(c.name, flush=True)
for line in sys.stdin:
    path, interface, member, sig, args, flags, wait = json.loads(line)
    serial = c.send("org.kvm440", path, interface, member, sig, args, flags)
    if not wait:
        continue
    try:
        c.wait(serial, 600)
        print("ok", flush=True)
    except wire.Failure as e:
        print(e.name, e.message, flush=True)
"""

    def __init__(self, bus):
        self.process = python_as_nobody(self.SCRIPT, bus.address)
        self.name = self.process.stdout.readline().strip()
        assert self.name, f"it ended with {self.process.wait()} before it was on the bus"

    def send(self, path, interface, member, sig, *args, flags=0, wait=True):
        self.process.stdin.write(json.dumps([path, interface, member, sig, args, flags, wait]) + "\n")

    def call(self, *args, **options):
        self.send(*args, **options)
        return self.process.stdout.readline().strip()

    def close(self):
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(BrokenPipeError):  # what was not sent yet
            self.process.stdin.close()
        self.process.stdout.close()


def begin(w):
    need_root()
    c = w.client()
    c.create("web")
    authority = Authority(w.bus)
    nobody = Nobody(w.bus)
    w.things += [authority, nobody]
    return c, authority, nobody


@test
def polkit_decides(w):
    """polkit is asked with subject, action and details, and its answer holds"""
    c, authority, nobody = begin(w)
    authority.answer = (False, False)
    assert nobody.call(path_of("web"), GUEST, "Start", "t", 0).startswith(DENIED)
    (kind, subject), action, details, flags, _ = authority.asked[-1]
    assert (kind, subject) == ("system-bus-name", {"name": nobody.name}), authority.asked
    assert action == "org.kvm440.control" and flags == 0, authority.asked
    assert details == {"guest": "web", "method": "Start"}, details
    authority.answer = (False, True)
    answer = nobody.call(ROOT, MANAGER, "KillGuest", "st", "web", 0)
    assert answer.startswith(CHALLENGE), answer
    assert authority.asked[-1][2] == {"guest": "web", "method": "KillGuest"}
    answer = nobody.call(ROOT, MANAGER, "KillGuest", "st", "web", 0, flags=wire.ALLOW_INTERACTIVE)
    assert answer.startswith(DENIED) and authority.asked[-1][3] == 1, (answer, authority.asked[-1])
    assert c.state("web") == "stopped"
    authority.answer = (True, False)
    c.watch()
    assert nobody.call(path_of("web"), GUEST, "Start", "t", 0) == "ok"
    c.until_state("web", "running")
    authority.answer = (False, False)
    assert nobody.call(path_of("web"), GUEST, "Kill", "t", 0).startswith(DENIED), "an answer was kept"


@test
def polkit_actions(w):
    """Typing, looking, managing and controlling are different actions; reading is none"""
    _, authority, nobody = begin(w)
    for path, interface, member, sig, args, action in (
            (path_of("web"), GUEST, "OpenConsole", "t", [0], "console"),
            (path_of("web"), GUEST, "OpenConsole", "t", [4], "console"),
            (path_of("web"), GUEST, "OpenConsole", "t", [1], "inspect"),
            (path_of("web"), GUEST, "OpenConsole", "t", [8], "inspect"),
            (path_of("web"), GUEST, "DumpState", "t", [0], "inspect"),
            (path_of("web"), GUEST, "Remove", "t", [0], "manage"),
            (ROOT, MANAGER, "RemoveImage", "st", ["i", 0], "manage")):
        assert nobody.call(path, interface, member, sig, *args).startswith(DENIED), member
        assert authority.asked[-1][1] == f"org.kvm440.{action}", (member, args, authority.asked[-1])
    before = len(authority.asked)
    assert nobody.call(ROOT, MANAGER, "ListGuests", "") == "ok"
    assert nobody.call(ROOT, MANAGER, "GetGuest", "s", "web") == "ok"
    assert len(authority.asked) == before


@test
def root_is_not_asked_about(w):
    """polkit is not asked about root"""
    c, authority, _ = begin(w)
    c.watch()
    assert c.do("web", "Start") == "done"
    assert not authority.asked


@test
def polkit_takes_its_time(w):
    """While polkit waits for a password others are served; who leaves has his question withdrawn"""
    c, authority, nobody = begin(w)
    authority.answer = None
    nobody.send(path_of("web"), GUEST, "Start", "t", 0, flags=wire.ALLOW_INTERACTIVE)
    authority.until(lambda: len(authority.asked) == 1)
    c.watch()
    assert c.do("web", "Start") == "done"
    assert c.do("web", "Kill") == "done"
    nobody.close()
    authority.until(lambda: authority.canceled)
    assert authority.canceled == [authority.asked[0][4]], (authority.canceled, authority.asked)
    assert c.state("web") == "stopped"


@test
def questions_are_limited(w):
    """One client has a limited number of questions open, and others are not held up by them"""
    need_root()
    daemon = w.add_daemon(config="max_requests_per_client = 4\n")
    c = Client(daemon)
    c.create("web")
    authority, nobody, other = Authority(w.bus), Nobody(w.bus), Nobody(w.bus)
    w.things += [authority, nobody, other]
    authority.answer = None
    for _ in range(4):
        nobody.send(path_of("web"), GUEST, "Start", "t", 0, wait=False)
    authority.until(lambda: len(authority.asked) == 4)
    answer = nobody.call(path_of("web"), GUEST, "Start", "t", 0)
    assert answer.startswith(ERROR + "LimitReached"), answer
    assert nobody.call(ROOT, MANAGER, "ListGuests", "") == "ok"
    other.send(path_of("web"), GUEST, "Start", "t", 0)
    authority.until(lambda: len(authority.asked) == 5)
    c.watch()
    assert c.do("web", "Start") == "done"
    c.close()
