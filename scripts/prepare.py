"""Make the environment that the program runs in: `.venv`, from the lock with hashes, and say which system libraries are missing.

Runs on whatever Python there is (no library, old syntax), looks for one that fits, and does nothing the second time.
"""

import argparse
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
OLDEST, NEWEST = (3, 11), (3, 13)
# What the window's libraries need of the system, and Debian's name for it. Measured with `ldd` on QtCore, QtGui and the xcb plugin.
LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
WINDOW_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
TEST_PROGRAMS = {"dbus-daemon": "dbus", "pdftotext": "poppler-utils", "Xvfb": "xvfb", "xdotool": "xdotool"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="with what the tests need")
    wanted = parser.parse_args()
    system(wanted.dev)
    python = find_python()
    lock = os.path.join(ROOT, "requirements-dev.txt" if wanted.dev else "requirements.txt")
    stamp = os.path.join(VENV, "made-dev" if wanted.dev else "made")
    state = fingerprint(lock, os.path.join(ROOT, "pyproject.toml"))
    if read(stamp) == state:
        return
    if not os.path.exists(venv_python()):
        say("Making .venv with " + python)
        run([python, "-m", "venv", VENV])
    say("Installing what %s lists (with hashes)" % os.path.basename(lock))
    pip = [venv_python(), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    run(pip + ["--require-hashes", "--only-binary", ":all:", "-r", lock])
    run(pip + ["--no-deps", "--no-build-isolation", "--editable", ROOT])
    for name in ("made", "made-dev"):  # the other lock may have been overtaken
        if os.path.exists(os.path.join(VENV, name)):
            os.remove(os.path.join(VENV, name))
    with open(stamp, "w") as out:
        out.write(state)
    if wanted.dev:  # the development lock holds everything of the other one
        with open(os.path.join(VENV, "made"), "w") as out:
            out.write(fingerprint(os.path.join(ROOT, "requirements.txt"), os.path.join(ROOT, "pyproject.toml")))


def system(dev):
    """Look for system libraries; install them where this is Debian and we may, else say which."""
    if not sys.platform.startswith("linux"):
        return
    libraries = dict(LIBRARIES)
    if dev or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        libraries.update(WINDOW_LIBRARIES)
    missing = [package for library, package in libraries.items() if not loads(library)]
    if dev:
        missing += [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)]
    if not missing:
        return
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"] + missing
    say("System libraries are missing: " + ", ".join(missing))
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = dict(stdout=subprocess.DEVNULL)
        env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        if subprocess.call(["apt-get", "update", "-qq"], env=env, **quiet) or subprocess.call(command, env=env, **quiet):
            say("They could not be installed; what needs them will say so.")
    else:
        say("Install them, for example with: sudo " + " ".join(command))


def loads(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def find_python():
    """Return a Python of a version that fits, this one first."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        name = "python3.%d" % minor
        path = shutil.which(name)
        if path and subprocess.call([path, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return path
    span = "%d.%d to %d.%d" % (OLDEST + NEWEST)
    sys.exit("ankletest needs Python " + span + "; this is " + sys.version.split()[0] + ". Install one and try again.")


def venv_python():
    return os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")


def fingerprint(*paths):
    digest = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as source:
            digest.update(source.read())
    return digest.hexdigest()


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path) as source:
        return source.read()


def run(command):
    code = subprocess.call(command)
    if code:
        sys.exit("This step failed (exit code %d): %s" % (code, " ".join(command)))


def say(text):
    print(text, flush=True)


if __name__ == "__main__":
    main()
