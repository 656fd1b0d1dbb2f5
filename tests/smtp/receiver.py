"""A mail server on loopback that misbehaves as it is told, and counts the mails that it took.

A script is a dict from stage to what happens there instead of the usual answer:

    bytes          sent as they are
    DROP           the connection ends, by a reset
    HALF_CLOSE     the server says nothing more, and leaves its side of the connection open for reading
    SILENCE        nothing is said
    Slow(bytes, pause_s)    a byte at a time
    STOP_READING   the connection is not read any more

Stages: greeting, hello, helo, start_tls, mail, recipient, data, body (once 354 is sent), dot, reset, quit.
"""

import socket
import ssl
import struct
import threading
import time
from collections import namedtuple

DROP, HALF_CLOSE, SILENCE, STOP_READING = "drop", "half close", "silence", "stop reading"
Slow = namedtuple("Slow", "text pause_s")

USUAL = {
    "greeting": b"220 test ESMTP\r\n",
    "helo": b"250 test\r\n",
    "start_tls": b"220 go\r\n",
    "mail": b"250 2.1.0 ok\r\n",
    "recipient": b"250 2.1.5 ok\r\n",
    "data": b"354 go\r\n",
    "dot": b"250 2.0.0 taken\r\n",
    "reset": b"250 2.0.0 ok\r\n",
    "quit": b"221 2.0.0 bye\r\n",
}
COMMANDS = {b"EHLO": "hello", b"HELO": "helo", b"STARTTLS": "start_tls", b"MAIL": "mail", b"RCPT": "recipient",
            b"DATA": "data", b"RSET": "reset", b"QUIT": "quit"}
SILENT_S = 5  # longer than any stage of the sender may take


class Ended(Exception):
    """The script has ended the connection."""


class Receiver:
    def __init__(self, script, extensions=(), certificate=None, address="127.0.0.1", port=0):
        self.script, self.extensions, self.certificate = script, extensions, certificate
        self.taken = self.secure = self.connections = 0
        self.listener = socket.create_server((address, port))
        self.port = self.listener.getsockname()[1]
        self.stopping = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.stopping.set()
        self.listener.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                Dialogue(self, connection).run()
            except (Ended, OSError, ssl.SSLError):
                pass


class Dialogue:
    def __init__(self, receiver, connection):
        self.receiver, self.connection = receiver, connection
        self.buffer, self.tls = b"", False

    def line(self):
        while b"\r\n" not in self.buffer:
            part = self.connection.recv(65536)
            if not part:
                raise Ended
            self.buffer += part
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line

    def answer(self, stage, usual=None):
        """Whether the answer was the usual one, or began with 2 or 3."""
        action = self.receiver.script.get(stage, usual or USUAL.get(stage))
        if action == DROP:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise Ended
        if action in (SILENCE, STOP_READING):
            self.receiver.stopping.wait(SILENT_S)
            raise Ended
        if action == HALF_CLOSE:
            self.connection.shutdown(socket.SHUT_WR)
            self.receiver.stopping.wait(SILENT_S)
            raise Ended
        if isinstance(action, Slow):
            for byte in action.text:
                self.connection.sendall(bytes([byte]))
                time.sleep(action.pause_s)
            action = action.text
        else:
            self.connection.sendall(action)
        return action[:1] in (b"2", b"3")

    def hello(self):
        offered = [each for each in self.receiver.extensions if not (self.tls and each == "STARTTLS")]
        lines = ["test", *offered]
        return "".join(f"250{' ' if i == len(lines) - 1 else '-'}{each}\r\n" for i, each in enumerate(lines)).encode()

    def secure(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.receiver.certificate)
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.buffer, self.tls = b"", True

    def run(self):
        self.answer("greeting")
        while True:
            line = self.line()
            stage = COMMANDS.get(line.split(b" ")[0].upper())
            if stage is None:
                self.connection.sendall(b"500 5.5.1 what\r\n")
                continue
            positive = self.answer(stage, self.hello() if stage == "hello" else None)
            if stage == "start_tls" and positive and self.receiver.certificate:
                self.secure()
            if stage == "data" and positive:
                self.take_mail()
            if stage == "quit":
                return

    def take_mail(self):
        if "body" in self.receiver.script:
            self.answer("body")
        while self.line() != b".":
            pass
        action = self.receiver.script.get("dot", USUAL["dot"])
        text = action.text if isinstance(action, Slow) else action
        # Before the answer: who has read it may look at the count at once.
        if isinstance(text, bytes) and text[:1] in (b"2", b"3"):
            self.receiver.taken += 1
            self.receiver.secure += self.tls
        self.answer("dot")
