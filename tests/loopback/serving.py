"""The product as a real process: `guildhall serve` beside the loopback platforms, to be stopped, frozen and killed."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.loopback.telegram import TelegramServer


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Serving:
    """One process. As a context manager it is killed at the end if it still runs."""

    def __init__(self, url: str, folder: Path, server: TelegramServer, *parts: str, **settings: str) -> None:
        self.port = free_port()
        self.log = folder / f"serve-{self.port}.log"
        given = {
            "GUILDHALL_DATABASE_URL": url,
            "GUILDHALL_DATA_DIR": str(folder),
            "GUILDHALL_TELEGRAM_TOKEN": server.token,
            "GUILDHALL_TELEGRAM_API": server.url,
            "GUILDHALL_PORTAL_PORT": str(self.port),
            "GUILDHALL_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
        }
        given |= {f"GUILDHALL_{name.upper()}": value for name, value in settings.items()}
        program = [sys.executable, "-m", "bot.cli", "serve", *parts]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(program, env=os.environ | given, stderr=log)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self, seconds: float = 20.0) -> int:
        """End it as an operator would; its exit status."""
        self.process.terminate()
        return self.process.wait(seconds)

    def freeze(self) -> None:
        """Stop it in its tracks."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.kill()
