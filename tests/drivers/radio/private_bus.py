"""A D-Bus daemon on a socket of its own: tests never touch the machine's system bus."""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Self

VARIABLE = "DBUS_SYSTEM_BUS_ADDRESS"
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/> <allow own="*"/> <allow send_destination="*" eavesdrop="true"/> <allow eavesdrop="true"/>
  </policy>
</busconfig>
"""


class PrivateBus:
    """While it is entered, whoever asks for the system bus gets this one."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="bus")
        folder = Path(self._folder.name)
        config = folder / "bus.conf"
        config.write_text(CONFIG.format(socket=folder / "bus"), encoding="utf-8")
        self._daemon = subprocess.Popen(
            ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.address = self._daemon.stdout.readline().decode().strip()
        self._before = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = self.address
        return self

    def kill(self) -> None:
        """The D-Bus daemon itself dies."""
        self._daemon.kill()
        self._daemon.wait()

    def __exit__(self, *_: object) -> None:
        if self._before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = self._before
        self._daemon.terminate()
        self._daemon.wait()
        self._daemon.stdout.close()
        self._folder.cleanup()
