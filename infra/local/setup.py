"""Installation of dependencies: `python3 infra/local/setup.py dev`, or `... test` to include those of the tests.

Runs with any Python from 3.10 up, without other packages. A step is skipped while its lock file has not changed since
the last installation, so a second run takes no time.
"""

import argparse
import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[2]
VIRTUAL_ENV = ROOT / ".venv"
PYTHON = VIRTUAL_ENV / "bin" / "python"
FRONTEND = ROOT / "fd"

# System dependencies of the tests: required command → Debian package. The server's core package starts no service.
TEST_COMMANDS = {
    "mariadbd": "mariadb-server-core",
    "mariadb-install-db": "mariadb-server-core",
    "my_print_defaults": "mariadb-client-core",
    "chromium": "chromium",
    "firefox-esr": "firefox-esr",
    "WebKitWebDriver": "webkit2gtk-driver",
    # A display for WebKit.
    "Xvfb": "xvfb",
}
# Without one a browser renders boxes for Chinese, after searching every installed font for each of them.
FONTS = Path("/usr/share/fonts")
CHINESE_FONT = ("*CJK*", "fonts-noto-cjk")


class SetupFailed(Exception):
    """A dependency could not be installed; the message names the remedy."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("purpose", choices=["dev", "test"])
    purpose = parser.parse_args().purpose
    # subprocess.run ends its child when an exception is raised.
    signal.signal(signal.SIGTERM, _raise_exit)
    with_spa = purpose == "test" or os.environ.get("SPA", "1") != "0"
    try:
        # A lock, because concurrent runs would install into the same folders.
        with (ROOT / "Makefile").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            install_python_packages()
            install_node_packages()
            if with_spa:
                install_frontend_packages()
            if purpose == "test":
                install_test_packages()
    except (SetupFailed, subprocess.CalledProcessError) as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


def install_python_packages() -> None:
    lock = [ROOT / "uv.lock", ROOT / "pyproject.toml"]

    def install() -> None:
        if not PYTHON.exists():
            create_virtual_env()
        uv = VIRTUAL_ENV / "bin" / "uv"
        if not uv.exists():
            install_uv()
        run([str(uv), "sync", "--frozen", "--all-extras", "--python", str(PYTHON)])

    once_per_lock("Python packages", lock, VIRTUAL_ENV / ".installed", install)


def create_virtual_env() -> None:
    try:
        import ensurepip  # noqa: F401  (a separate package in Debian)
    except ImportError:
        install_debian_packages(["python3-venv"], "for `python3 -m venv`")
    run([sys.executable, "-m", "venv", str(VIRTUAL_ENV)])


def install_uv() -> None:
    """Install the version of uv in uv.lock, verified by its hashes."""
    lock = (ROOT / "uv.lock").read_text()
    package = re.search(r'\[\[package\]\]\nname = "uv"\nversion = "([^"]+)"\n(.*?)\n\n', lock, re.S)
    if package is None:
        raise SetupFailed("uv.lock has no entry for uv")
    hashes = re.findall(r'hash = "(sha256:[0-9a-f]+)"', package[2])
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write(f"uv=={package[1]} {' '.join(f'--hash={digest}' for digest in hashes)}")
        requirements.flush()
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--require-hashes", "--requirement", requirements.name])


def install_node_packages() -> None:
    need_command("npm", "Node 20 or later is needed, with npm")
    lock = [ROOT / "package-lock.json", ROOT / "package.json"]
    once_per_lock(
        "Node packages",
        lock,
        ROOT / "node_modules" / ".installed",
        lambda: run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]),
    )


def install_frontend_packages() -> None:
    need_command("corepack", "corepack is needed (it comes with Node 20): npm install -g corepack")
    lock = [FRONTEND / "pnpm-lock.yaml", FRONTEND / "package.json"]
    once_per_lock(
        "SPA packages",
        lock,
        FRONTEND / "node_modules" / ".installed",
        lambda: run(
            ["corepack", "pnpm", "install", "--frozen-lockfile"],
            # corepack reads pnpm's version from the package.json of this folder.
            directory=FRONTEND,
            COREPACK_ENABLE_DOWNLOAD_PROMPT="0",
            # Without a terminal pnpm fails instead of replacing an older node_modules.
            npm_config_confirm_modules_purge="false",
        ),
    )


def install_test_packages() -> None:
    missing = {package for command, package in TEST_COMMANDS.items() if not which(command)}
    pattern, package = CHINESE_FONT
    if not any(FONTS.rglob(pattern)):
        missing.add(package)
    if missing:
        install_debian_packages(sorted(missing), "for the tests")


def once_per_lock(what: str, locks: Sequence[Path], stamp: Path, install: Callable[[], None]) -> None:
    """Call `install` unless `stamp` has the hash of these lock files."""
    digest = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    started_at = time.monotonic()
    print(f"setup: installing {what} …", flush=True)
    install()
    stamp.write_text(digest)
    print(f"setup: {what} installed in {time.monotonic() - started_at:.0f} s", flush=True)


def install_debian_packages(packages: Sequence[str], purpose: str) -> None:
    by_hand = f"apt-get install {' '.join(packages)}"
    if not which("apt-get"):
        raise SetupFailed(f"needed {purpose}: {', '.join(packages)} (on Debian: {by_hand})")
    as_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if as_root and not which("sudo"):
        raise SetupFailed(f"needed {purpose}; run as root: {by_hand}")
    print(f"setup: installing {', '.join(packages)} {purpose} …", flush=True)
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--yes"]
    run([*apt, "update"])
    run([*apt, "install", "--no-install-recommends", *packages])


def need_command(command: str, otherwise: str) -> None:
    if not which(command):
        raise SetupFailed(otherwise)


def which(command: str) -> str | None:
    # Debian installs servers in sbin, which is not in every user's PATH.
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    return shutil.which(command, path=path)


def run(command: Sequence[str], directory: Path = ROOT, **environ: str) -> None:
    subprocess.run(command, cwd=directory, env={**os.environ, **environ}, stdin=subprocess.DEVNULL, check=True)


def _raise_exit(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(143)


if __name__ == "__main__":
    sys.exit(main())
