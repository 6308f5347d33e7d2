# SPDX-License-Identifier: GPL-2.0-or-later
"""
A D-Bus client of its own, small enough to misbehave on purpose: it can send without reading, hold
descriptors back, and be a thousand clients in one process. Format: D-Bus Specification 0.41.
"""
import array
import os
import re
import select
import socket
import struct
import time

METHOD_CALL, METHOD_RETURN, ERROR, SIGNAL = 1, 2, 3, 4
NO_AUTO_START, ALLOW_INTERACTIVE = 2, 4
PATH, INTERFACE, MEMBER, ERROR_NAME, REPLY_SERIAL, DESTINATION, SENDER, SIGNATURE, UNIX_FDS = range(1, 10)
FIELD_TYPES = {PATH: "o", INTERFACE: "s", MEMBER: "s", ERROR_NAME: "s", REPLY_SERIAL: "u",
               DESTINATION: "s", SENDER: "s", SIGNATURE: "g", UNIX_FDS: "u"}
FIXED = {"y": "B", "n": "h", "q": "H", "i": "i", "u": "I", "x": "q", "t": "Q", "d": "d"}
PATIENCE = 60


class Failure(Exception):
    """An error reply."""

    def __init__(self, name, message):
        super().__init__(f"{name}: {message}")
        self.name, self.message = name, message


class Gone(Exception):
    """The bus closed the connection."""


def first_type(sig):
    """Splits a signature after its first complete type."""
    depth, i = 0, 0
    while True:
        c = sig[i]
        i += 1
        if c == "a":
            continue
        depth += (c in "({") - (c in ")}")
        if depth == 0:
            return sig[:i], sig[i:]


def types(sig):
    while sig:
        t, sig = first_type(sig)
        yield t


def alignment(t):
    return {"y": 1, "g": 1, "v": 1, "n": 2, "q": 2, "x": 8, "t": 8, "d": 8, "(": 8, "{": 8}.get(t[0], 4)


class Writer:
    def __init__(self):
        self.data, self.fds = bytearray(), []

    def align(self, n):
        self.data += b"\0" * (-len(self.data) % n)

    def put(self, t, value):
        c = t[0]
        self.align(alignment(t))
        if c in FIXED:
            self.data += struct.pack("<" + FIXED[c], value)
        elif c == "b":
            self.data += struct.pack("<I", bool(value))
        elif c in "so":
            raw = value if isinstance(value, bytes) else value.encode()
            self.data += struct.pack("<I", len(raw)) + raw + b"\0"
        elif c == "g":
            self.data += bytes([len(value)]) + value.encode() + b"\0"
        elif c == "h":
            self.data += struct.pack("<I", len(self.fds))
            self.fds.append(value)
        elif c == "v":
            self.put("g", value[0])
            self.put(value[0], value[1])
        elif c == "a":
            at = len(self.data)
            self.data += b"\0\0\0\0"
            self.align(alignment(t[1:]))
            start = len(self.data)
            for item in value.items() if isinstance(value, dict) else value:
                self.put(t[1:], item)
            struct.pack_into("<I", self.data, at, len(self.data) - start)
        else:
            for inner, item in zip(types(t[1:-1]), value):
                self.put(inner, item)


class Reader:
    def __init__(self, data, order, fds):
        self.data, self.order, self.fds, self.at = data, order, fds, 0

    def align(self, n):
        self.at += -self.at % n

    def fixed(self, f):
        n = struct.calcsize(f)
        value = struct.unpack_from(self.order + f, self.data, self.at)[0]
        self.at += n
        return value

    def get(self, t):
        c = t[0]
        self.align(alignment(t))
        if c in FIXED:
            return self.fixed(FIXED[c])
        if c == "b":
            return bool(self.fixed("I"))
        if c in "sog":
            n = self.fixed("B" if c == "g" else "I")
            value = bytes(self.data[self.at:self.at + n]).decode()
            self.at += n + 1
            return value
        if c == "h":
            return self.fds[self.fixed("I")]
        if c == "v":
            return self.get(self.get("g"))
        if c == "a":
            n = self.fixed("I")
            self.align(alignment(t[1:]))
            end, out = self.at + n, []
            while self.at < end:
                out.append(self.get(t[1:]))
            return dict(out) if t[1] == "{" else out
        return tuple(self.get(inner) for inner in types(t[1:-1]))


class Message:
    def __init__(self, kind, fields, body, flags, serial):
        self.kind, self.fields, self.body, self.flags, self.serial = kind, fields, body, flags, serial
        self.member, self.path = fields.get(MEMBER), fields.get(PATH)
        self.interface, self.sender = fields.get(INTERFACE), fields.get(SENDER)

    def __repr__(self):
        return f"<{self.kind} {self.path} {self.interface}.{self.member} {self.body}>"


class Client:
    """One connection. Signals that come while a reply is awaited are kept in .signals."""

    def __init__(self, address):
        path = re.match(r"unix:path=([^,]+)", address).group(1)
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(path)
        self.buffer, self.fds, self.serial = bytearray(), [], 0
        self.signals, self.replies = [], {}
        self.sock.sendall(b"\0AUTH EXTERNAL " + str(os.geteuid()).encode().hex().encode() + b"\r\n")
        self._line()
        self.sock.sendall(b"NEGOTIATE_UNIX_FD\r\n")
        self._line()
        self.sock.sendall(b"BEGIN\r\n")
        self.name = self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                              "Hello")

    def _line(self):
        line = b""
        while not line.endswith(b"\r\n"):
            c = self.sock.recv(1)
            if not c:
                raise Gone()
            line += c
        if not line.startswith((b"OK", b"AGREE")):
            raise Gone(line)

    def close(self):
        self.sock.close()

    def send(self, dest, path, interface, member, sig="", args=(), flags=0):
        """Sends a method call; returns its serial."""
        fields = [(PATH, path), (MEMBER, member)]
        fields += [(DESTINATION, dest)] if dest else []
        fields += [(INTERFACE, interface)] if interface else []
        return self._send(METHOD_CALL, fields, sig, args, flags)

    def reply(self, call, sig="", args=()):
        """Answers a method call that was received."""
        return self._send(METHOD_RETURN, [(REPLY_SERIAL, call.serial), (DESTINATION, call.sender)], sig, args, 0)

    def _send(self, kind, fields, sig, args, flags):
        body, self.serial = Writer(), self.serial + 1
        for t, value in zip(types(sig), args):
            body.put(t, value)
        fields += [(SIGNATURE, sig)] if sig else []
        fields += [(UNIX_FDS, len(body.fds))] if body.fds else []
        head = Writer()
        head.data += struct.pack("<cBBBII", b"l", kind, flags, 1, len(body.data), self.serial)
        head.put("a(yv)", [(f, (FIELD_TYPES[f], v)) for f, v in fields])
        head.align(8)
        data = bytes(head.data + body.data)
        sent = 0
        if body.fds:
            fds = array.array("i", body.fds)
            sent = self.sock.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
        self.sock.sendall(data[sent:])
        return self.serial

    def _fill(self, deadline):
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        if not poll.poll(max(0, deadline - time.monotonic()) * 1000):
            return False
        room = socket.CMSG_SPACE(16 * 4)
        data, controls, _, _ = self.sock.recvmsg(1 << 16, room, socket.MSG_CMSG_CLOEXEC)
        for level, kind, payload in controls:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                fds = array.array("i")
                fds.frombytes(payload[:len(payload) // 4 * 4])
                self.fds += fds
        if not data:
            raise Gone()
        self.buffer += data
        return True

    def _parse(self):
        if len(self.buffer) < 16:
            return None
        order = "<" if self.buffer[0:1] == b"l" else ">"
        length, serial, fields_length = struct.unpack_from(order + "III", self.buffer, 4)
        head = 16 + fields_length + (-fields_length % 8)
        if len(self.buffer) < head + length:
            return None
        r = Reader(self.buffer, order, [])
        r.at = 12
        fields = dict(r.get("a(yv)"))
        n = fields.get(UNIX_FDS, 0)
        fds, self.fds = self.fds[:n], self.fds[n:]
        body = Reader(self.buffer[head:head + length], order, fds)
        values = [body.get(t) for t in types(fields.get(SIGNATURE, ""))]
        m = Message(self.buffer[1], fields, values, self.buffer[2], serial)
        del self.buffer[:head + length]
        return m

    def receive(self, timeout=PATIENCE):
        """The next message, or None when none came in time."""
        deadline = time.monotonic() + timeout
        while True:
            m = self._parse()
            if m:
                return m
            if not self._fill(deadline):
                return None

    def wait(self, serial, timeout=PATIENCE):
        """The reply to a call: its value, a list when there are several, None when there is none."""
        deadline = time.monotonic() + timeout
        while serial not in self.replies:
            m = self.receive(deadline - time.monotonic())
            if m is None:
                raise TimeoutError(f"no reply in {timeout} s")
            if m.kind == SIGNAL:
                self.signals.append(m)
            else:
                self.replies[m.fields[REPLY_SERIAL]] = m
        m = self.replies.pop(serial)
        if m.kind == ERROR:
            raise Failure(m.fields[ERROR_NAME], m.body[0] if m.body else "")
        return m.body[0] if len(m.body) == 1 else m.body or None

    def call(self, dest, path, interface, member, sig="", args=(), flags=0, timeout=PATIENCE):
        return self.wait(self.send(dest, path, interface, member, sig, args, flags), timeout)

    def match(self, rule):
        self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch",
                  "s", [rule])

    def until(self, wanted, timeout=PATIENCE):
        """Waits for a signal that wanted(message) accepts; forgets what came before it."""
        deadline, seen = time.monotonic() + timeout, []
        while True:
            while self.signals:
                m = self.signals.pop(0)
                seen.append(m)
                if wanted(m):
                    return m
            m = self.receive(deadline - time.monotonic())
            if m is None:
                raise TimeoutError(f"no such signal in {timeout} s; there were {seen}")
            if m.kind == SIGNAL:
                self.signals.append(m)
            else:
                self.replies[m.fields[REPLY_SERIAL]] = m
