# SPDX-License-Identifier: GPL-2.0-or-later
"""What the boot suite drives a guest with: "kvm440d run", its console, TAP."""

import json
import os
import select
import signal
import subprocess
import sys
import time

PROMPT = b"guest440# "
# How long to wait for what must come; three times that under the sanitizers. Only what hangs takes it.
PATIENCE = 60 * (3 if os.environ.get("KVM440_SANITIZED") else 1)
DAEMON = os.path.join(os.environ["BUILDDIR"], "kvm440d", "kvm440d")


class Failed(Exception):
    """A test failed; the text says how."""


class Program:
    """A program with the guest's console on its standard input and output. Used in a with statement,
    which leaves no process behind."""

    def __init__(self, *command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
        self.seen = b""  # all of standard output
        self.errors = b""
        self.at = 0  # up to where expect() has looked

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()

    def _read(self, deadline):
        """Reads what there is. False at the end of both streams."""
        streams = [s for s in (self.process.stdout, self.process.stderr) if s]
        left = deadline - time.monotonic()
        if not streams:
            return False
        if left <= 0:
            raise Failed(f"nothing came for {PATIENCE} s after:\n{self.tail()}")
        for stream in select.select(streams, [], [], left)[0]:
            data = os.read(stream.fileno(), 65536)
            if stream is self.process.stdout:
                self.seen += data
            else:
                self.errors += data
            if not data:
                stream.close()
                if stream is self.process.stdout:
                    self.process.stdout = None
                else:
                    self.process.stderr = None
        return True

    def tail(self):
        return (self.seen[-1500:] + b"\n--- stderr:\n" + self.errors[-1500:]).decode(errors="replace")

    def expect(self, what):
        """Waits until what was printed; returns what was printed since the last time."""
        deadline = time.monotonic() + PATIENCE
        while (found := self.seen.find(what, self.at)) < 0:
            if not self._read(deadline):
                raise Failed(f"it ended with {self.wait()} before {what!r} came:\n{self.tail()}")
        text = self.seen[self.at:found]
        self.at = found + len(what)
        return text.decode(errors="replace")

    def type(self, text):
        self.process.stdin.write(text.encode())

    def command(self, text):
        """Runs a command at the prompt, which has been seen; returns its output."""
        self.type(text + "\n")
        self.expect(b"\n")  # the echo
        return self.expect(PROMPT).replace("\r", "")

    def wait(self):
        """Waits for the end; returns the exit status."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        try:
            return self.process.wait(max(1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise Failed(f"it did not end:\n{self.tail()}") from None

    def ends(self, status, *sentences):
        """Waits for the end and checks how it was."""
        got = self.wait()
        equal(got, status, f"exit status, of:\n{self.tail()}")
        for sentence in sentences:
            contains(self.errors.decode(errors="replace"), sentence)

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def signal(self, number):
        self.process.send_signal(number)


class Run(Program):
    """One "kvm440d run"."""

    def __init__(self, *args):
        super().__init__(DAEMON, "run", *args)


def equal(got, want, what):
    if got != want:
        raise Failed(f"{got!r:.500} is not {want!r:.500}: {what}")


def contains(text, part):
    if part not in text:
        raise Failed(f"{part!r} is not in:\n{text[-3000:]}")


def write_definition(path, **keys):
    """A guest definition with the test guest in it, and what keys say."""
    definition = {
        "name": "boot",
        "memory": "64M",
        "boot": {"kernel": os.environ["GUEST_KERNEL"], "initrd": os.environ["GUEST_INITRD"],
                 "cmdline": "console=ttyS0"},
    }
    for key, value in keys.items():
        if isinstance(value, dict):
            value = {**definition.get(key, {}), **value}
        definition[key] = value
    with open(path, "w", encoding="utf-8") as f:
        json.dump(definition, f)
    return path


def main(tests, names):
    """Runs the functions whose names are given, or all; TAP on standard output."""
    failed = 0
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    chosen = [t for t in tests if not names or t[0] in names]
    print(f"1..{len(chosen)}")
    for number, (name, function) in enumerate(chosen, 1):
        try:
            function()
            print(f"ok {number} - {name}", flush=True)
        except (Failed, OSError, subprocess.SubprocessError) as e:
            for line in str(e).splitlines():
                print(f"# {line}")
            print(f"not ok {number} - {name}", flush=True)
            failed += 1
    sys.exit(1 if failed else 0)
