"""How a second window of the same data folder calls the first one to the front; nothing but that goes through the door."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 1000


class Doorbell(QObject):
    """Rings when another window of this folder wants this one; hold the folder's lock before making one."""

    rang = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        # What a crash left of an earlier one: whoever holds the lock is the only one.
        QLocalServer.removeServer(_name(folder))
        self._server.listen(_name(folder))

    def close(self) -> None:
        """Answer no more."""
        self._server.close()

    def _answer(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            socket.disconnected.connect(socket.deleteLater)
            socket.disconnectFromServer()
            self.rang.emit()


def ring(folder: Path) -> bool:
    """Call the window that has this folder to the front; return False when it does not answer."""
    socket = QLocalSocket()
    socket.connectToServer(_name(folder))
    answered = socket.waitForConnected(WAIT_MS)
    socket.abort()
    return answered


def _name(folder: Path) -> str:
    """Return a name that is short enough for every system and tells nobody the folder."""
    return f"ankletest-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]}"
