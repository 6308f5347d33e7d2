# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may do what."""
import json
import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree

from harness import (GUEST, NOBODY, READ_ONLY, SYSTEM_POLICY, TOP, BUILDDIR, Client, Skip, fails, path_of,
                     python_as_nobody, rows, test)

POLICY = "config/org.kvm440.conf"
ACTIONS = "config/org.kvm440.policy"

# Runs as another user: calls methods, prints the outcome of each.
CALLER = """
import json, os
c = wire.Client(sys.argv[1])
for path, interface, member, sig, args in json.loads(sys.argv[2]):
    args = [os.open("/etc/passwd", 0) if a == "FD" else a for a in args]
    try:
        c.call("org.kvm440", path, interface, member, sig, args)
        print("ok")
    except wire.Failure as e:
        print(e.name, e.message)
"""


def find(name):
    for top in (BUILDDIR, TOP):
        if os.path.exists(os.path.join(top, name)):
            return os.path.join(top, name)
    raise AssertionError(f"{name} is not there")


def as_nobody(address, calls):
    with python_as_nobody(CALLER, address, json.dumps(calls), stderr=subprocess.PIPE) as p:
        try:
            out, err = p.communicate(timeout=120)
        finally:
            p.kill()
    assert p.returncode == 0, err
    return out.splitlines()


def calls_of_everything():
    """A call of each method, harmless when allowed, and the action that it needs."""
    arguments = {"-": [], "s": ["web"], "st": ["web", 0], "stt": ["web", 0, 0], "t": [0], "tt": [0, 0],
                 "sht": ["i", "FD", 0], "sa{sh}t": ["{}", {}, 0]}
    paths = {"Manager1": "/org/kvm440", "Guest1": path_of("web"), "Job1": "/org/kvm440/job/1"}
    for interface, member, sig, _, action in rows("method"):
        kind = interface.rsplit(".", 1)[1]
        if kind != "Job1":
            yield [paths[kind], interface, member, sig.strip("-"), arguments[sig]], action


def need_root():
    if os.geteuid() != 0:
        raise Skip("only root can become another user")


@test
def others_may_read(w):
    """Without polkit another user may read everything and change nothing"""
    need_root()
    c = w.client()
    c.create("web")
    calls = list(calls_of_everything())
    answers = as_nobody(w.bus.address, [call for call, _ in calls])
    assert len(answers) == len(calls) >= 25, (len(calls), answers)
    for (call, action), answer in zip(calls, answers):
        denied = answer.startswith("org.freedesktop.DBus.Error.AccessDenied")
        reads = action in ("-", "org.kvm440.inspect")
        assert denied != reads, f"{call[2]}: {answer}"
        assert not denied or action in answer, answer
    calls = [["/org/kvm440", "org.freedesktop.DBus.Properties", "GetAll", "s", ["org.kvm440.Manager1"]],
             [path_of("web"), "org.freedesktop.DBus.Properties", "GetAll", "s", [GUEST]],
             [path_of("web"), "org.freedesktop.DBus.Introspectable", "Introspect", "", []],
             [path_of("web"), GUEST, "OpenConsole", "t", [1]],
             [path_of("web"), GUEST, "OpenConsole", "t", [8]],
             ["/org/kvm440", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", "", []]]
    assert as_nobody(w.bus.address, calls) == ["ok"] * len(calls)
    assert [g[0] for g in c.manager("ListGuests")] == ["web"]


# Runs as another user: opens consoles until it is refused one, and holds them until it is told to end.
HOLDER = """
c = wire.Client(sys.argv[1])
held = []
try:
    while True:
        held.append(c.call("org.kvm440", sys.argv[2], "org.kvm440.Guest1", "OpenConsole", "t", [1]))
except wire.Failure as e:
    print(len(held), e.name, flush=True)
sys.stdin.read()
"""


@test
def consoles_are_counted_by_user(w):
    """One who may only look cannot take all consoles of a guest"""
    need_root()
    daemon = w.add_daemon(config="max_consoles = 3\n")
    c = Client(daemon)
    c.create("web")
    with python_as_nobody(HOLDER, daemon.bus.address, path_of("web")) as p:
        assert p.stdout.readline() == "3 org.kvm440.Error.LimitReached\n"
        mine = [c.console("web", flags) for flags in (0, READ_ONLY, READ_ONLY)]
        fails("LimitReached", c.guest, "web", "OpenConsole", "t", READ_ONLY, says="user 0 has 3 open consoles")
        del mine
        p.stdin.close()
    c.close()


@test
def own_user_may_change(w):
    """The user that the daemon runs as may do everything"""
    need_root()
    daemon = w.add_daemon(uid=NOBODY)
    answers = as_nobody(daemon.bus.address, [
        ["/org/kvm440", "org.kvm440.Manager1", "ImportImage", "sht", ["i", "FD", 0]],
        ["/org/kvm440", "org.kvm440.Manager1", "RemoveImage", "st", ["i", 0]]])
    assert answers == ["ok", "ok"], answers


@test
def bus_policy_lists_every_method(w):
    """The bus policy names every interface and method, and polkit every action"""
    tree = ElementTree.parse(find(POLICY))
    allowed = set()
    for policy in tree.iter("policy"):
        if policy.get("context") != "default":
            continue
        for allow in policy.iter("allow"):
            if allow.get("send_destination") == "org.kvm440":
                allowed.add((allow.get("send_interface"), allow.get("send_member")))
    missing = [(i, m) for i, m, *_ in rows("method") if (i, m) not in allowed and (i, None) not in allowed]
    assert not missing, missing
    listed = {(i, m) for i, m in allowed if (i or "").startswith("org.kvm440.") and m}
    extra = listed - {(i, m) for i, m, *_ in rows("method")}
    assert not extra, extra
    actions = {a.get("id") for a in ElementTree.parse(find(ACTIONS)).iter("action")}
    assert actions == {a[0] for a in rows("action")}, actions
    assert all(action in actions or action == "-" for *_, action in rows("method"))
    assert w.client()


@test
def on_a_bus_with_the_policy(w):
    """Under the shipped bus policy users reach every method and the daemon decides"""
    need_root()
    # The shipped file lets the service's own user have the name; here that is root.
    with open(find(POLICY)) as f:
        text = re.sub(r'<policy user="[^"]*">', '<policy user="root">', f.read())
    path = os.path.join(w.work, "policy.conf")
    with open(path, "w") as f:
        f.write(text)
    daemon = w.add_daemon(bus=w.add_bus(default=SYSTEM_POLICY, include=f"<include>{path}</include>"))
    c = Client(daemon)
    c.create("web")
    calls = list(calls_of_everything())
    for (call, action), answer in zip(calls, as_nobody(daemon.bus.address, [x for x, _ in calls])):
        if answer.startswith("org.freedesktop.DBus.Error.AccessDenied"):
            assert action in answer, f"{call[2]}: the bus, not the daemon, refused: {answer}"
    c.close()


@test
def introspection_is_the_interface(w):
    """Introspection has every row of interface.def with names, and nothing else of ours"""
    c = w.client()
    c.create("web")
    c.watch()
    c.do("web", "Start")
    job = c.guest("web", "Stop", "tt", 3600 * 1000000, 0)
    found = set()
    for path in ("/org/kvm440", path_of("web"), job):
        xml = c.call("org.kvm440", path, "org.freedesktop.DBus.Introspectable", "Introspect")
        for interface in ElementTree.fromstring(xml).iter("interface"):
            name = interface.get("name")
            if not name.startswith("org.kvm440."):
                continue
            for member in interface:
                if member.tag == "annotation":
                    continue
                args = member.findall("arg")
                assert all(a.get("name") for a in args), (name, member.get("name"))
                out = "".join(a.get("type") for a in args if a.get("direction") == "out")
                sig = "".join(a.get("type") for a in args if a.get("direction") != "out")
                found.add((member.tag, name, member.get("name"), member.get("type") or sig or "-", out or "-"))
    wanted = {("method", *r[:4]) for r in rows("method")}
    wanted |= {("signal", *r[:3], "-") for r in rows("signal")}
    wanted |= {("property", *r[:3], "-") for r in rows("property")}
    assert found == wanted, found ^ wanted
