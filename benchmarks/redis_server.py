"""A Redis that a test or a figure starts for itself, on a free port of loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAM = shutil.which("redis-server")
"""Where it is installed; None where it is not."""


@dataclass
class RedisServer:
    """A Redis that listens, with a password where one is given."""

    port: int
    process: subprocess.Popen[bytes]
    password: str = ""

    @property
    def url(self) -> str:
        """Its URL, with the password."""
        user = f":{self.password}@" if self.password else ""
        return f"redis://{user}127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)


@contextmanager
def redis_server(folder: Path, password: str = "") -> Iterator[RedisServer]:
    """A Redis until the block ends; it keeps nothing on disk."""
    assert PROGRAM, "redis-server is not installed"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [PROGRAM, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    command += ["--requirepass", password] if password else []
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        server = RedisServer(port, process, password)
        try:
            for line in process.stdout:
                if b"Ready to accept connections" in line:
                    break
            yield server
        finally:
            server.stop()
