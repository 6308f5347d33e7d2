# SPDX-License-Identifier: GPL-2.0-or-later
"""Other people's tools."""
import json
import os
import shutil
import subprocess

from harness import GUEST, MANAGER, NAME, ROOT, Skip, guest_elf, path_of, test, wait_for


@test
def works_from_busctl(w):
    """busctl lists, calls, gets and introspects"""
    if not shutil.which("busctl"):
        raise Skip("busctl is not installed")
    c = w.client()
    c.create("web")

    def busctl(*args):
        r = subprocess.run(["busctl", f"--address={w.bus.address}", *args], capture_output=True, text=True,
                           timeout=60)
        assert r.returncode == 0, r.stderr
        return r.stdout
    out = json.loads(busctl("--json=short", "call", NAME, ROOT, MANAGER, "ListGuests"))
    assert out["data"][0][0][:3] == ["web", path_of("web"), "stopped"], out
    c.watch()
    out = busctl("call", NAME, ROOT, MANAGER, "StartGuest", "st", "web", "0")
    assert out.startswith('o "/org/kvm440/job/'), out
    assert c.job(out.split('"')[1]) == "done"
    assert busctl("get-property", NAME, path_of("web"), GUEST, "State") == 's "running"\n'
    text = busctl("introspect", NAME, path_of("web"))
    assert "OpenConsole" in text and ".Statistics" in text, text
    assert path_of("web") in busctl("tree", "--list", NAME)


@test
def works_from_python(w):
    """python3-dbus creates, starts, types, and removes"""
    try:
        import dbus
    except ImportError as e:
        raise Skip("python3-dbus is not installed") from e
    w.client()
    bus = dbus.bus.BusConnection(w.bus.address)
    manager = dbus.Interface(bus.get_object(NAME, ROOT), MANAGER)
    with open(guest_elf(), "rb") as f:
        document = json.dumps({"name": "py", "memory": "16M", "boot": {"kernel": f.name}})
        files = dbus.Dictionary({"kernel": dbus.types.UnixFd(f)}, signature="sh")
        path = manager.CreateGuest(document, files, dbus.UInt64(0))
    guest = bus.get_object(NAME, path)
    dbus.Interface(guest, GUEST).Start(dbus.UInt64(0))
    fd = dbus.Interface(guest, GUEST).OpenConsole(dbus.UInt64(2)).take()
    text = b""
    while b"ready" not in text:
        data = os.read(fd, 4096)
        assert data, text
        text += data
    os.write(fd, b"o")
    properties = dbus.Interface(guest, "org.freedesktop.DBus.Properties")
    wait_for(lambda: properties.Get(GUEST, "State") == "stopped", "it powers off")
    os.close(fd)
    dbus.Interface(guest, GUEST).Remove(dbus.UInt64(0))
    try:
        manager.GetGuest("py")
        raise AssertionError("it is still there")
    except dbus.DBusException as e:
        assert e.get_dbus_name() == "org.kvm440.Error.NoSuchGuest", e
    bus.close()
