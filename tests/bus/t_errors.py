# SPDX-License-Identifier: GPL-2.0-or-later
"""What is refused: by which name, and with which sentence."""
import json
import os
import socket
import tempfile

import wire
from harness import (ERROR, GUEST, JOB, MANAGER, NAME, ROOT, fails, guest_elf, memfd, path_of, rows,
                     test)

DEFINITION = {"name": "web", "memory": "16M", "boot": {"kernel": "/k"}}


def create(c, document, files=None):
    text = document if isinstance(document, str) else json.dumps(document)
    own = {} if files is not None else {"kernel": os.open(guest_elf(), os.O_RDONLY)}
    try:
        return c.manager("CreateGuest", "sa{sh}t", text, own if files is None else files, 0)
    finally:
        for fd in own.values():
            os.close(fd)


def but(**changes):
    return dict(DEFINITION, **changes)


@test
def bad_definitions(w):
    """A definition that is wrong is refused with the line and the key"""
    c = w.client()
    rows_ = [
        ("", None), ("{", None), ("[]", None), ("null", None), ("{}", "name"), ("{]", None),
        (but(memory="0"), "memory"), (but(memory="3K"), "memory"), (but(memory="9T"), "memory"),
        (but(memory=16), "memory"), (but(memory="9216G"), "memory"), (but(memory=None), "memory"),
        (but(colour="red"), "colour"), (but(board="sequoia"), "board"), (but(engine="warp"), "engine"), (but(autostart="yes"), "autostart"),
        (but(on_reboot="maybe"), "on_reboot"), (but(boot={}), "kernel"), (but(boot={"kernel": ""}), "kernel"),
        (but(boot={"kernel": "relative"}), "kernel"), (but(boot={"kernel": 3}), "kernel"),
        ('{"name":"web",\n"boot":{"kernel":"/k\\u0000"}}', ":2: boot.kernel"),
        (but(boot={"kernel": "image:../../etc/passwd"}), "kernel"),
        ('{"name":"web","name":"web2","memory":"16M","boot":{"kernel":"/k"}}', "name"),
        ('{"name":"web",\n"memory":\n"1X","boot":{"kernel":"/k"}}', ":3: memory"),
        (json.dumps(DEFINITION) + "x", None), ("[" * 100000, None), ('{"name":' * 5000, None),
        (json.dumps(but(boot={"kernel": "/k", "cmdline": "x" * 100000})), "cmdline"),
        ("x" * 3000000, None),
    ]
    for document, says in rows_:
        fails("InvalidDefinition", create, c, document, says=says)
        text = document if isinstance(document, str) else json.dumps(document)
        fails("InvalidDefinition", c.manager, "CheckDefinition", "s", text, says=says)
    normalized = json.loads(c.manager("CheckDefinition", "s", json.dumps(DEFINITION)))
    assert normalized["engine"] == "auto" and normalized["autostart"] is False, normalized
    assert c.manager("ListGuests") == []


@test
def bad_names(w):
    """Names that would be paths, are too long or hold control characters are refused"""
    c = w.client()
    fd = memfd(b"image")
    for name in ("", ".", "..", "a/b", "/", "../../etc/passwd", "a\nb", "x" * 300, "a b", "-rf", "\u00e4",
                 "a\tb", "%s%n", "a\x7f"):
        fails("InvalidName", create, c, but(name=name))
        fails("InvalidName", c.manager, "ImportImage", "sht", name, fd, 0, says="an image's name")
        fails("NoSuchGuest", c.manager, "StartGuest", "st", name, 0)
        fails("NoSuchGuest", c.manager, "GetGuest", "s", name)
    os.close(fd)
    for name in ("x" * 64, "9", "a.b-c_d"):
        path = create(c, but(name=name))
        assert path == path_of(name), path
        assert c.get(path, GUEST, "Name") == name


@test
def bad_boot_files(w):
    """A boot file must be a regular file or memfd, open for reading, with something in it"""
    c = w.client()
    pipe, pair = os.pipe(), socket.socketpair()
    with tempfile.NamedTemporaryFile(dir=w.work) as f:
        rows_ = [
            (pipe[0], "not a pipe"), (pair[0].fileno(), "not a socket"),
            (os.open("/", os.O_RDONLY), "not a directory"),
            (os.open("/dev/zero", os.O_RDONLY), "not a character device"),
            (os.open("/dev/null", os.O_RDWR), "not a character device"),
            (memfd(b""), "empty"), (os.open(f.name, os.O_WRONLY), "not open for reading"),
            (os.open("/etc/passwd", os.O_PATH), "not open for reading"),
            (os.open("/proc/self/mem", os.O_RDONLY), "empty"),
        ]
        for fd, says in rows_:
            fails("BadBootFile", create, c, DEFINITION, {"kernel": fd}, says=says)
            fails("BadBootFile", c.manager, "ImportImage", "sht", "i", fd, 0, says=says)
    assert c.manager("ListGuests") == [] and c.manager("ListImages") == []
    fails("MissingFile", create, c, DEFINITION, {}, says="kernel")
    fails("MissingFile", create, c, but(boot={"kernel": "/k", "initrd": "/i"}), says="initrd")
    good = os.open(guest_elf(), os.O_RDONLY)
    fails("InvalidArgument", create, c, DEFINITION, {"kernel": good, "initrd": good}, says="initrd")
    fails("InvalidArgument", create, c, DEFINITION, {"kernel": good, "dtb": good}, says="dtb")
    fails("NoSuchImage", create, c, but(boot={"kernel": "image:none"}), {}, says="none")
    fails("NoSuchImage", c.manager, "RemoveImage", "st", "none", 0)


@test
def bad_kernels(w):
    """A kernel that cannot be booted fails its start with a sentence, and nothing else"""
    with open(guest_elf(), "rb") as f:
        elf = f.read()
    c = w.client()
    c.watch()
    other = bytearray(elf)
    other[18:20] = b"\x00\x3e"
    far = bytearray(elf)
    segments = int.from_bytes(elf[28:32], "big")
    far[segments + 12:segments + 16] = b"\x70\x00\x00\x00"
    rows_ = [("short", elf[:100], None), ("cut", elf[:len(elf) // 2], None), ("machine", bytes(other), None),
             ("far", bytes(far), None), ("big", None, b"x" * (17 << 20))]
    for name, kernel, initrd in rows_:
        c.create(name, memfd(kernel or elf), memfd(initrd) if initrd else None)
        assert c.do(name, "Start") == "failed", name
        p = c.get_all(path_of(name), GUEST)
        assert (p["State"], p["Cause"]) == ("crashed", "bad-boot-file"), p
        assert len(p["Detail"]) > 20, p["Detail"]
    c.create("good")
    assert c.do("good", "Start") == "done"


@test
def words_cut_short(w):
    """Sentences that quote too much stay text that the bus takes, also where they are cut"""
    c = w.client()
    c.watch()
    for lead in ("", "x"):
        word = lead + "\u00e9" * 1000
        fails("InvalidDefinition", create, c, but(memory=word), says="memory")
        fails("InvalidDefinition", create, c, but(boot={"kernel": word}), says="kernel")
        fails("InvalidDefinition", create, c, but(board=word), says="board")
        fails("InvalidDefinition", create, c, but(**{word: 1}), says="unknown key")
        fails("InvalidName", create, c, but(name=word))
        fails("NoSuchGuest", c.manager, "StartGuest", "st", word, 0)
        fails("MissingFile", create, c, but(boot={"kernel": "/" + word}), {})
        fails("NoSuchImage", c.manager, "RemoveImage", "st", "x" * 64, 0)
        name = "cut" + lead
        document = but(name=name, boot={"kernel": "/" + word})
        c.manager("CreateGuest", "sa{sh}t", json.dumps(document), {"kernel": memfd(b"\x7fELF" + b"x" * 40)}, 0)
        assert c.do(name, "Start") == "failed"
        p = c.get_all(path_of(name), GUEST)
        assert (p["State"], p["Cause"]) == ("crashed", "bad-boot-file") and "\u00e9" in p["Detail"], p
        assert p["Detail"].endswith("44 bytes"), p
    assert len(c.manager("ListGuests")) == 2
    assert "cannot send" not in w.daemon.journal(), w.daemon.journal()


@test
def escapes_in_definitions(w):
    """Characters that only an escape can write are refused, or are text that the bus takes"""
    c = w.client()
    for escape in ("\\u0000", "\\ud800", "\\udc00\\ud800", "\\uffff", "\\u0085", "\\ud83d\\ude00", "\\u001b"):
        for key in ("cmdline", "initrd", escape):
            text = json.dumps(but(boot={"kernel": "/k", key: "/@"})).replace("@", escape).replace("\\\\u", "\\u")
            try:
                normalized = c.manager("CheckDefinition", "s", text)
            except wire.Failure as e:
                assert e.name == ERROR + "InvalidDefinition" and e.args, e
                continue
            assert json.loads(normalized)["boot"][key], normalized
            c.manager("CreateGuest", "sa{sh}t", text, {k: memfd(b"x") for k in ("kernel", key) if k != "cmdline"}, 0)
            assert c.manager("ListGuests") and c.get(path_of("web"), GUEST, "Definition") == normalized
            c.guest("web", "Remove", "t", 0)


@test
def wrong_states(w):
    """Create twice, start twice, stop a stopped guest, remove a running one, and the rest"""
    c = w.client()
    c.watch()
    c.create("web")
    fails("GuestExists", create, c, DEFINITION, says="'web'")
    for verb in ("Kill", "Reboot", "Pause", "Resume"):
        fails("NotRunning", c.guest, "web", verb, "t", 0, says="'web' is not running")
    fails("NotRunning", c.guest, "web", "Stop", "tt", 0, 0)
    fails("NotRunning", c.guest, "web", "DumpState", "t", 0)
    assert c.do("web", "Start") == "done"
    fails("AlreadyRunning", c.guest, "web", "Start", "t", 0)
    fails("WrongState", c.guest, "web", "Remove", "t", 0, says="stop it first")
    fails("WrongState", c.guest, "web", "Resume", "t", 0, says="running")
    assert c.do("web", "Pause") == "done"
    fails("WrongState", c.guest, "web", "Pause", "t", 0, says="paused")
    assert c.do("web", "Stop", 3600 * 1000000, 0) == "forced", "a paused guest is not waited for"
    detail = c.get(path_of("web"), "org.kvm440.Guest1", "Detail")
    assert detail == "it was paused, cannot stop by itself then, and was killed", detail
    assert c.do("web", "Start") == "done"
    c.guest("web", "Stop", "tt", 3600 * 1000000, 0)
    fails("WrongState", c.guest, "web", "Remove", "t", 0)
    fails("WrongState", c.guest, "web", "Start", "t", 0, says="stop")
    fails("WrongState", c.guest, "web", "Reboot", "t", 0, says="stop")
    assert c.do("web", "Kill") == "done"


@test
def engine_of_another_host(w):
    """An engine that this host does not have is refused by line and key; a guest that names one is kept"""
    c = w.client()
    document = json.dumps(but(engine="jit"), indent=0)
    line = document[:document.index("engine")].count("\n") + 1
    says = f":{line}: engine: this host has no engine 'jit'; it has: auto, "
    fails("EngineUnavailable", create, c, document, says=says)
    fails("EngineUnavailable", c.manager, "CheckDefinition", "s", document, says=says)
    fails("InvalidDefinition", create, c, document.replace("jit", "warp"), says=f":{line}: engine: must be ")
    c.create("web")
    fails("EngineUnavailable", c.guest, "web", "Update", "sa{sh}t", document, {}, 0, says=says)
    # As if the state directory had come from another host.
    assert w.daemon.stop() == 0
    path = os.path.join(w.daemon.state, "guests/web/definition.json")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    assert '"auto"' in text
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace('"auto"', '"jit"'))
    w.daemon.start()
    c = w.client()
    fails("EngineUnavailable", c.guest, "web", "Start", "t", 0, says="no engine 'jit'")
    assert c.state("web") == "stopped"


@test
def unknown_flags(w):
    """Every flags argument refuses bits that are not defined"""
    c = w.client()
    c.create("web")
    arguments = {"t": [1 << 63], "st": ["web", 1 << 63], "stt": ["web", 0, 1 << 63], "tt": [0, 1 << 63],
                 "sa{sh}t": [json.dumps(DEFINITION), {}, 1 << 63],
                 "sht": ["i", 0, 1 << 63]}
    tried = 0
    for interface, member, sig, _, _ in rows("method"):
        if not sig.endswith("t"):
            continue
        path = ROOT if interface == MANAGER else path_of("web")
        fails("InvalidArgument", c.call, NAME, path, interface, member, sig, arguments[sig], says="flags")
        tried += 1
    assert tried > 20, tried
    fails("InvalidArgument", c.guest, "web", "OpenConsole", "t", 64, says="0x40")


@test
def wrong_calls(w):
    """Unknown objects, members, interfaces and signatures are refused by their usual names"""
    c = w.client()
    c.create("web")
    d = "org.freedesktop.DBus.Error."
    fails(d + "UnknownObject", c.guest, "none", "Start", "t", 0)
    fails(d + "UnknownMethod", c.guest, "web", "Fly", "t", 0)
    fails(d + "InvalidArgs", c.guest, "web", "Start", "s", "now")
    fails(d + "InvalidArgs", c.guest, "web", "Start")
    fails(d + "UnknownObject", c.call, NAME, "/org/kvm440/job/1", JOB, "Cancel")
    fails(d + "UnknownObject", c.call, NAME, "/org/kvm440/job/x", JOB, "Cancel")
    fails(d + "UnknownObject", c.call, NAME, "/org/kvm440/guest/_2e_2e", GUEST, "Start", "t", (0,))
    fails(d + "UnknownProperty", c.get, path_of("web"), GUEST, "Colour")
    fails(d + "PropertyReadOnly", c.call, NAME, path_of("web"), "org.freedesktop.DBus.Properties", "Set",
          "ssv", (GUEST, "State", ("s", "running")))


@test
def every_error_has_a_test(w):
    """Each error of the interface occurs in these tests"""
    here = os.path.dirname(os.path.abspath(__file__))
    text = "".join(open(os.path.join(here, f)).read() for f in os.listdir(here) if f.startswith("t_"))
    # NoSuchJob needs a job that ends between two checks; Failed is what has no name.
    missing = [e[0] for e in rows("error") if f'"{e[0][len(ERROR):]}"' not in text and
               e[0] not in (ERROR + "NoSuchJob", ERROR + "Failed")]
    assert len(rows("error")) > 15 and not missing, missing
    assert isinstance(w.client(), wire.Client)
