"""A line between browsers and the service that can be cut, slow and lossy, as the line of a village hall.

It passes bytes and knows nothing of HTTP. Loss strikes whole requests: before they reach the service, or
after it has answered and the answer is gone, which is the harder half.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from random import Random

CHUNK = 65536
POLL = 0.1


@dataclass
class Line:
    """`loss`: share of requests that get lost; `delay`: seconds that each request takes to arrive."""

    target: int
    loss: float = 0.0
    delay: float = 0.0
    is_cut: bool = False
    lost_requests: int = 0
    lost_answers: int = 0
    dice: Random = field(default_factory=lambda: Random(20_261_121))

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._listener.settimeout(POLL)
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._over = threading.Event()
        self.port: int = self._listener.getsockname()[1]

    # What happens to the line

    def cut(self) -> None:
        """Nothing goes through any more; what is open breaks."""
        self.is_cut = True
        with self._guard:
            for one in list(self._open):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """The line works again."""
        self.is_cut = False

    # How it works

    def serve(self) -> None:
        """Take connections until `stop`."""
        while not self._over.is_set():
            try:
                near, _address = self._listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self._pass, args=(near,), daemon=True).start()
        self._listener.close()

    def stop(self) -> None:
        """Take no more, and break what is open."""
        self._over.set()
        self.cut()

    def _pass(self, near: socket.socket) -> None:
        with closing(near), suppress(OSError):
            if self.is_cut:
                return
            with closing(socket.create_connection(("127.0.0.1", self.target))) as far:
                self._hold(near, far)

    def _hold(self, near: socket.socket, far: socket.socket) -> None:
        pair = {near, far}
        with self._guard:
            self._open |= pair
        doomed = threading.Event()
        back = threading.Thread(target=self._answers, args=(near, far, doomed), daemon=True)
        back.start()
        try:
            self._requests(near, far, doomed)
        finally:
            for one in pair:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            back.join()
            with self._guard:
                self._open -= pair

    def _requests(self, near: socket.socket, far: socket.socket, doomed: threading.Event) -> None:
        while sent := near.recv(CHUNK):
            time.sleep(self.delay)
            if self.is_cut:
                return
            if self.dice.random() < self.loss:
                if self.dice.random() < 0.5:
                    self.lost_requests += 1
                    return
                self.lost_answers += 1
                doomed.set()
            far.sendall(sent)

    def _answers(self, near: socket.socket, far: socket.socket, doomed: threading.Event) -> None:
        with suppress(OSError):
            while came := far.recv(CHUNK):
                if doomed.is_set() or self.is_cut:
                    break
                near.sendall(came)
        with suppress(OSError):
            near.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A line to a service on this machine."""
    line = Line(port)
    worker = threading.Thread(target=line.serve, daemon=True)
    worker.start()
    try:
        yield line
    finally:
        line.stop()
        worker.join()
