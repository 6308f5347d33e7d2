# SPDX-License-Identifier: GPL-2.0-or-later
"""A private bus, a daemon on it, guests, and TAP."""
import contextlib
import json
import os
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import wire

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILDDIR = os.environ.get("BUILDDIR", TOP)
DAEMON = os.path.join(BUILDDIR, "kvm440d", "kvm440d")
NAME, ROOT = "org.kvm440", "/org/kvm440"
MANAGER, GUEST, JOB = "org.kvm440.Manager1", "org.kvm440.Guest1", "org.kvm440.Job1"
ERROR = "org.kvm440.Error."
READ_ONLY, REPLAY, FORCE, SNAPSHOT, SHUT_ENDS = 1, 2, 4, 8, 16
NOBODY = 65534
PATIENCE = 60

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>{kind}</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    {default}
  </policy>
  {include}
  <limit name="max_completed_connections">4096</limit>
  <limit name="max_connections_per_user">4096</limit>
  <limit name="max_incomplete_connections">2048</limit>
  <limit name="max_replies_per_connection">65536</limit>
  <limit name="max_match_rules_per_connection">4096</limit>
</busconfig>
"""
# Everybody may do everything, as on a session bus.
OPEN_POLICY = '<allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>'
# As /usr/share/dbus-1/system.conf: nothing but what a policy file allows.
SYSTEM_POLICY = """<deny own="*"/><deny send_type="method_call"/>
    <allow send_type="signal"/><allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/><allow receive_type="method_return"/>
    <allow receive_type="error"/><allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>"""


class Skip(Exception):
    pass


def wait_for(condition, what, timeout=PATIENCE):
    """Polls what cannot be waited for otherwise (files, processes)."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout} s")
        select.select([], [], [], 0.01)


def public_directory():
    """Where temporary directories go that other users can reach: TMPDIR may be one user's own."""
    path = os.path.realpath(tempfile.gettempdir())
    parts = [path]
    while parts[-1] != "/":
        parts.append(os.path.dirname(parts[-1]))
    return path if all(os.stat(part).st_mode & 0o001 for part in parts) else "/tmp"


def for_all(path):
    """A copy of a program or module for another user, who may not be let into the tree: it can stand in a home."""
    out = os.path.join(for_all.directory, os.path.basename(path))
    if not os.path.exists(out):
        os.makedirs(for_all.directory, exist_ok=True)
        shutil.copyfile(path, out)
        os.chmod(out, 0o755)
    return out


def python_as_nobody(script, *args, stderr=None):
    """A process of another user that runs this text in Python; it has wire, and the arguments from sys.argv[1] on."""
    directory = os.path.dirname(for_all(wire.__file__))
    return subprocess.Popen(
        [sys.executable, "-I", "-B", "-c", f"import sys\nsys.path.insert(0, {directory!r})\nimport wire\n{script}", *args],
        user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=stderr, text=True, bufsize=1)


def memfd(content):
    fd = os.memfd_create("file")
    os.write(fd, content)
    return fd


class Bus:
    def __init__(self, work, default=OPEN_POLICY, include=""):
        self.dir = tempfile.mkdtemp(prefix="bus-", dir=work)
        os.chmod(self.dir, 0o755)
        path = os.path.join(self.dir, "socket")
        config = os.path.join(self.dir, "bus.conf")
        with open(config, "w") as f:
            f.write(BUS_CONFIG.format(kind="system" if include else "session", path=path,
                                      default=default, include=include))
        self.address = f"unix:path={path}"
        self.path, self.config = path, config
        self.start()

    def start(self):
        with open(os.path.join(self.dir, "log"), "a") as log:
            self.process = subprocess.Popen(["dbus-daemon", "--nofork", "--nopidfile", "--nosyslog",
                                             "--print-address", f"--config-file={self.config}"],
                                            stdout=subprocess.PIPE, stderr=log)
        if not self.process.stdout.readline():
            raise RuntimeError("dbus-daemon did not start")

    def stop(self):
        """Ends it the hard way."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        if os.path.exists(self.path):
            os.unlink(self.path)


class Daemon:
    """kvm440d on a bus; it is there when the constructor returns."""

    def __init__(self, bus, work, state=None, config="", uid=None, env=None):
        self.bus, self.work = bus, work
        self.dir = tempfile.mkdtemp(prefix="daemon-", dir=work)
        self.state = state or os.path.join(self.dir, "state")
        self.logs = os.path.join(self.dir, "logs")
        self.config = os.path.join(self.dir, "kvm440d.conf")
        with open(self.config, "w") as f:
            f.write(config)
        if uid is not None:
            os.chown(self.dir, uid, uid)
            os.chmod(work, 0o755)
        self.program = DAEMON if uid is None else for_all(DAEMON)
        self.uid, self.heard, self.env = uid, threading.Condition(), env or {}
        self.start()

    def start(self):
        path = os.path.join(self.dir, "notify")
        if os.path.exists(path):
            os.unlink(path)
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(path)
        os.chmod(path, 0o777)
        self.log = open(os.path.join(self.dir, "log"), "a")
        env = {k: v for k, v in os.environ.items() if k != "JOURNAL_STREAM"}
        env.update(self.env, NOTIFY_SOCKET=path)
        self.process = subprocess.Popen(
            [self.program, f"--address={self.bus.address}", f"--state-dir={self.state}",
             f"--log-dir={self.logs}", f"--config={self.config}"],
            stderr=self.log, env=env, user=self.uid, cwd="/")
        self.told = ""
        threading.Thread(target=self._listen, args=(self.notify,), daemon=True).start()
        self.until_told("READY=1")

    def _listen(self, notify):
        """Reads what the daemon tells systemd, as it comes: it would wait for us otherwise."""
        while True:
            try:
                text = notify.recv(4096).decode()
            except OSError:
                return
            if not text:
                return
            with self.heard:
                self.told += text + "\n"
                self.heard.notify_all()

    def until_told(self, word):
        """Waits for a line that the daemon tells systemd."""
        deadline = time.monotonic() + PATIENCE
        with self.heard:
            while word not in self.told.split("\n"):
                self.heard.wait(0.2)
                if word not in self.told.split("\n") and self.process.poll() is not None:
                    raise RuntimeError(f"kvm440d ended with {self.process.returncode}:\n{self.journal()}")
                if time.monotonic() > deadline:
                    raise TimeoutError(f"kvm440d did not say {word}")

    def journal(self):
        with open(os.path.join(self.dir, "log"), errors="replace") as f:
            return f.read()

    def stop(self, sig=signal.SIGTERM):
        """Its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(sig)
        status = self.process.wait(PATIENCE)
        self.notify.shutdown(socket.SHUT_RDWR)
        self.notify.close()
        self.log.close()
        return status

    def kill(self):
        if self.process.poll() is None:
            self.stop(signal.SIGKILL)

    def finish(self):
        """Ends it, guests and all, and looks at what it leaves behind: a status, and a sanitizer's words."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            wait_for(lambda: "STOPPING=1" in self.told or self.process.poll() is not None, "it ends")
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
            status = self.stop(0)
            assert status == 0, f"kvm440d ended with {status}"
        bad = re.search(r".*(Sanitizer|runtime error).*", self.journal())
        assert not bad, bad.group(0)

    def client(self):
        return Client(self)


class Client(wire.Client):
    """A client that knows the daemon's objects."""

    def __init__(self, daemon):
        super().__init__(daemon.bus.address)

    def manager(self, member, sig="", *args, **options):
        return self.call(NAME, ROOT, MANAGER, member, sig, args, **options)

    def guest(self, name, member, sig="", *args, **options):
        return self.call(NAME, path_of(name), GUEST, member, sig, args, **options)

    def get(self, path, interface, member):
        return self.call(NAME, path, "org.freedesktop.DBus.Properties", "Get", "ss", (interface, member))

    def get_all(self, path, interface):
        return self.call(NAME, path, "org.freedesktop.DBus.Properties", "GetAll", "s", (interface,))

    def state(self, name):
        return self.get(path_of(name), GUEST, "State")

    def watch(self):
        """All signals of the daemon, from now on."""
        self.match("type='signal',sender='org.kvm440'")
        self.signals.clear()

    def job(self, path, timeout=PATIENCE):
        """Waits for the end of a job; needs watch()."""
        return self.until(lambda m: m.member == "JobRemoved" and m.body[1] == path, timeout).body[3]

    def do(self, name, verb, *args):
        """Asks for a job and waits for its result."""
        return self.job(self.guest(name, verb, "tt" if verb == "Stop" else "t",
                                   *(args or ((0, 0) if verb == "Stop" else (0,)))))

    def until_state(self, name, state):
        def is_it(m):
            return (m.member == "PropertiesChanged" and m.path == path_of(name) and
                    m.body[1].get("State") == state)
        if self.state(name) != state:
            self.until(is_it)

    def console(self, name, flags=0):
        return Console(self.guest(name, "OpenConsole", "t", flags))

    def create(self, name, kernel=None, initrd=None, **keys):
        boot = {"kernel": "/guest/kernel"}
        files = {"kernel": kernel if kernel is not None else os.open(guest_elf(), os.O_RDONLY)}
        if initrd is not None:
            boot["initrd"], files["initrd"] = "/guest/initrd", initrd
        boot["cmdline"] = keys.pop("cmdline", "")
        document = dict({"name": name, "memory": "16M", "boot": boot, "stop_timeout": 30}, **keys)
        try:
            return self.manager("CreateGuest", "sa{sh}t", json.dumps(document), files, 0)
        finally:
            for fd in files.values():
                os.close(fd)


class Console:
    """A socket to a console."""

    def __init__(self, fd):
        self.file = open(fd, "r+b", buffering=0)
        self.text = b""

    def type(self, text):
        self.file.write(text.encode())

    def read(self, timeout=PATIENCE):
        """What comes next, b"" at the end of file."""
        poll = select.poll()
        poll.register(self.file, select.POLLIN)
        if not poll.poll(timeout * 1000):
            raise TimeoutError(f"nothing more from the console; there was {self.text[-200:]!r}")
        try:
            data = self.file.read(65536)
        except ConnectionResetError:
            return b""
        self.text += data
        return data

    def until(self, text, timeout=PATIENCE):
        deadline = time.monotonic() + timeout
        while text.encode() not in self.text:
            if not self.read(max(0, deadline - time.monotonic())):
                raise EOFError(f"the console ended after {self.text[-200:]!r}")
        return self

    def all(self):
        while self.read():
            pass
        return self.text

    def close(self):
        self.file.close()


def path_of(name):
    """As sd_bus_path_encode() does it."""
    out = ""
    for i, c in enumerate(name.encode()):
        ok = chr(c).isalpha() and c < 128 or (i and chr(c).isdigit() and c < 128)
        out += chr(c) if ok else f"_{c:02x}"
    return f"{ROOT}/guest/{out or '_'}"


def guest_elf():
    """The guest that does what is typed (prog/console.c), built once a run."""
    out = os.path.join(guest_elf.work, "guest")
    elf = os.path.join(out, "console.elf")
    if not os.path.exists(elf):
        subprocess.run([os.path.join(TOP, "tests/isa/build"), out, "console"], check=True,
                       env=dict(os.environ, PROGRAMS=os.path.join(HERE, "prog")))
    return elf


def fails(error, function, *args, says=None, **options):
    """Checks that a call is refused with this error, and that its message says this."""
    try:
        value = function(*args, **options)
    except wire.Failure as e:
        wanted = error if "." in error else ERROR + error
        assert e.name == wanted, f"{e.name} instead of {wanted}: {e.message}"
        assert len(e.message) > 10 and "\n" not in e.message, f"not a sentence: {e.message!r}"
        assert says is None or re.search(says, e.message), f"{e.message!r} does not say {says!r}"
        return e
    raise AssertionError(f"not refused with {error}: {value!r}")


def rows(kind):
    """The rows of interface.def of that kind, as interface-doc lists them."""
    listing = subprocess.run([os.path.join(BUILDDIR, "kvm440d/bus/interface-doc"), "list"], check=True,
                             capture_output=True, text=True).stdout
    return [r[1:] for r in (line.split("\t") for line in listing.splitlines()) if r[0] == kind]


TESTS = []


def test(function):
    """Registers a test; its docstring is its name. Arguments: w, with .bus, .daemon, .work."""
    TESTS.append(function)
    return function


class World:
    """What a test gets: fresh bus and daemon when first asked for, gone afterwards."""

    def __init__(self, work):
        self.work, self._bus, self.things = tempfile.mkdtemp(prefix="test-", dir=work), None, []
        os.chmod(self.work, 0o755)
        self._daemon = None

    @property
    def bus(self):
        if not self._bus:
            self._bus = self.add_bus()
        return self._bus

    @property
    def daemon(self):
        if not self._daemon:
            self._daemon = self.add_daemon()
        return self._daemon

    def add_bus(self, **options):
        bus = Bus(self.work, **options)
        self.things.append(bus)
        return bus

    def add_daemon(self, **options):
        daemon = Daemon(options.pop("bus", None) or self.bus, self.work, **options)
        self.things.append(daemon)
        return daemon

    def client(self):
        c = self.daemon.client()
        self.things.append(c)
        return c

    def finish(self):
        for thing in self.things:
            if isinstance(thing, Daemon):
                thing.finish()

    def close(self):
        with contextlib.ExitStack() as stack:  # one that cannot be closed keeps no other from it
            stack.callback(shutil.rmtree, self.work, ignore_errors=True)
            for thing in self.things:
                if isinstance(thing, Daemon):
                    stack.callback(thing.kill)
                elif isinstance(thing, Bus):
                    stack.callback(thing.stop)
                else:
                    stack.callback(thing.close)


def run(names):
    tests = [t for t in TESTS if not names or t.__name__ in names]
    failures = 0
    print(f"1..{len(tests)}", flush=True)
    os.umask(0o022)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)  # 1024 after a login: a thousand clients need more
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8192)), hard))
    with tempfile.TemporaryDirectory(prefix="kvm440-bus-", dir=public_directory()) as work:
        os.chmod(work, 0o755)
        guest_elf.work, for_all.directory = work, os.path.join(work, "for-all")
        for n, t in enumerate(tests, 1):
            w, begun = World(work), time.monotonic()
            title = t.__doc__.strip().split("\n")[0]
            try:
                t(w)
                w.finish()
                print(f"ok {n} - {title}")
            except Skip as e:
                print(f"ok {n} - {title} # SKIP {e}")
            except Exception:
                failures += 1
                for line in traceback.format_exc().splitlines():
                    print(f"# {line}")
                for d in w.things:
                    if isinstance(d, Daemon):
                        for line in d.journal().splitlines()[-30:]:
                            print(f"# kvm440d: {line}")
                print(f"not ok {n} - {title}")
            finally:
                w.close()
            if os.environ.get("TIMES"):
                print(f"# {time.monotonic() - begun:.1f} s", flush=True)
            sys.stdout.flush()
    return 1 if failures else 0
