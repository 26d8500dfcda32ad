"""A byte proxy before PostgreSQL that can lose the reply to a COMMIT, as a network does."""

import contextlib
import socket
import threading

from sqlalchemy import make_url

COMMIT = b"COMMIT\x00"


class LossyProxy:
    """Passes bytes on. Once armed, the next COMMIT reaches the server, but its answer never comes back."""

    def __init__(self, target):
        self.target = target
        self.armed = threading.Event()
        self.lost = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def port(self):
        return self.listener.getsockname()[1]

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.target)
                cut = threading.Event()
                for source, sink, outward in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self.pass_on, args=(source, sink, outward, cut), daemon=True).start()

    def pass_on(self, source, sink, outward, cut):
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if outward and COMMIT in data and self.armed.is_set():
                    self.armed.clear()
                    cut.set()
                    sink.sendall(data)
                elif not outward and cut.is_set():
                    self.lost += 1
                    break
                else:
                    sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self):
        self.listener.close()


def through(url, proxy):
    """The same database, reached through the proxy."""
    parsed = make_url(url)
    query = {"sslmode": "disable", "gssencmode": "disable"}
    return parsed.set(host="127.0.0.1", port=proxy.port, query=query).render_as_string(hide_password=False)


def socket_of(url):
    """The Unix socket that the server listens on."""
    parsed = make_url(url)
    return f"{parsed.query.get('host') or parsed.host}/.s.PGSQL.{parsed.port or parsed.query.get('port') or 5432}"
