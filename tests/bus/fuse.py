# SPDX-License-Identifier: GPL-2.0-or-later
"""
A file system with one file, whose readers wait until they are let go. Protocol: Linux's
include/uapi/linux/fuse.h, version 7.31.
"""
import ctypes
import os
import struct
import subprocess
import threading

LOOKUP, FORGET, GETATTR, OPEN, READ, INIT, INTERRUPT, BATCH_FORGET = 1, 2, 3, 14, 15, 26, 36, 42
ROOT, FILE, SIZE = 1, 2, 1 << 20
ENOENT, ENOSYS = 2, 38
DIRECT_IO = 1


def attributes(node):
    mode, size = (0o40755, 0) if node == ROOT else (0o100644, SIZE)
    return struct.pack("<6Q10I", node, size, 8, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


class Stall(threading.Thread):
    """Mounted at @path; .file is the path of the file. Raises OSError when it cannot be mounted."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path, self.file = path, os.path.join(path, "file")
        self.device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        self.waiting, self.held, self.lock = [], True, threading.Condition()
        options = f"fd={self.device},rootmode=40000,user_id=0,group_id=0,allow_other"
        libc = ctypes.CDLL(None, use_errno=True)
        os.makedirs(path)
        if libc.mount(b"stall", path.encode(), b"fuse", 0, options.encode()) < 0:
            os.close(self.device)
            raise OSError(ctypes.get_errno(), "mount")
        self.start()

    def run(self):
        while True:
            try:
                data = os.read(self.device, 1 << 18)
            except OSError:
                return
            _, opcode, unique, node = struct.unpack_from("<IIQQ", data)
            body = data[40:]
            if opcode in (FORGET, BATCH_FORGET, INTERRUPT):
                continue
            if opcode == READ:
                with self.lock:
                    _, offset, size = struct.unpack_from("<QQI", body)
                    self.waiting.append((unique, max(0, min(size, SIZE - offset))))
                    self.lock.notify_all()
                    if not self.held:
                        self._let_go()
                continue
            self._answer(unique, *self._reply(opcode, node, body))

    def _reply(self, opcode, node, body):
        if opcode == INIT:
            return 0, struct.pack("<IIIIHHIIHH8I", 7, 31, 0, 0, 16, 12, 1 << 17, 1, 32, 0, *[0] * 8)
        if opcode == GETATTR:
            return 0, struct.pack("<QII", 3600, 0, 0) + attributes(node)
        if opcode == LOOKUP:
            if body.rstrip(b"\0") != b"file":
                return -ENOENT, b""
            return 0, struct.pack("<QQQQII", FILE, 1, 3600, 3600, 0, 0) + attributes(FILE)
        if opcode == OPEN:
            return 0, struct.pack("<QII", 1, DIRECT_IO, 0)
        return -ENOSYS, b""

    def _answer(self, unique, error, data):
        try:
            os.write(self.device, struct.pack("<IiQ", 16 + len(data), error, unique) + data)
        except OSError:
            pass

    def _let_go(self):
        for unique, size in self.waiting:
            self._answer(unique, 0, b"s" * size)
        self.waiting.clear()

    def until_read(self, n, timeout):
        """Waits until n readers wait."""
        with self.lock:
            if not self.lock.wait_for(lambda: len(self.waiting) >= n, timeout):
                raise TimeoutError("nobody reads the file")

    def let_go(self):
        with self.lock:
            self.held = False
            self._let_go()

    def close(self):
        self.let_go()
        subprocess.run(["umount", "-l", self.path], check=False)
        os.close(self.device)
