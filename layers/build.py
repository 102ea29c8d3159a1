"""Builds the layers of every platform: `python -m layers.build [target ...]`.

A layer is a zip file in `layers/dist/<target>/`. Builds are reproducible: the same `uv.lock`, sources and Python
versions give the same bytes. A layer whose inputs have not changed is not rebuilt.

Cross-platform builds work because every dependency is a wheel; `crcmod`, the one source distribution, is pure
Python except for an optional C extension.
"""

import argparse
import hashlib
import inspect
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "layers" / "dist"
# The build cache, outside the checkout, so that all checkouts on this machine share it.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chat-build"
_CACHED_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True)
class Target:
    """A platform of the layers.

    `folder`: the modules' folder inside the zip, which is unpacked into `/opt`.
    """

    name: str
    python: str
    platform: str  # uv's --python-platform
    folder: str


# AWS: the managed Python 3.13 runtime runs on Amazon Linux 2023 (glibc 2.34), with /opt/python on its path.
# https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
# SCF: the newest is Python 3.10, on an older C library, with /opt itself on its path.
# https://cloud.tencent.com/document/product/583/40159
TARGETS = (
    Target("aws-x86_64", "3.13", "x86_64-manylinux_2_28", "python"),
    Target("aws-arm64", "3.13", "aarch64-manylinux_2_28", "python"),
    Target("tencent-x86_64", "3.10", "x86_64-manylinux2014", ""),
)

# A layer's dependencies are those of an extra in pyproject.toml, without the first layer's and those of the layer in
# _BESIDE.
EXTRAS: Mapping[str, str | None] = {
    "dependencies": None,
    "encryption": "encryption",
    "passkeys": "passkeys",
    "chat": "chat",
    "openai": "openai",
    "documents": "documents",
    "migrate": "migrate",
    "websocket": "websocket",
}
# Layer → those that every function with it has, too.
_BESIDE = {"passkeys": ("encryption",)}
SHARED = "shared"
_SHARED_SUFFIXES = (".py", ".pem")
LAYERS = (*EXTRAS, SHARED)

# Limit of a layer's unpacked bytes. Size lengthens cold starts, and both clouds limit a function with its layers:
# 250 MB on Lambda, 500 MB on SCF.
MAX_BYTES: Mapping[str, int] = {
    "dependencies": 30_000_000,
    "encryption": 18_000_000,
    "passkeys": 2_500_000,
    "chat": 7_500_000,
    "openai": 12_000_000,
    "documents": 40_000_000,
    "migrate": 3_000_000,
    "websocket": 3_000_000,
    SHARED: 2_500_000,
}

_SOURCE_ONLY = "crcmod"
_OMITTED = {
    # SQLAlchemy needs it only for asyncio, which is not used here; it has no wheel for SCF's C library.
    "greenlet",
    # The COS SDK needs it only for client-side encryption, which is not used here.
    "pycryptodome",
    # email-validator needs it only for deliverability checks by DNS, which are not used here.
    "dnspython",
    # cffi's compiler needs it to parse C.
    "pycparser",
    # httpx2's own transport needs it; ours (shared.outbound.transport) does not.
    "httpcore2",
}
# Never imported at run time: the packages' tests, type stubs, sources of extensions, installer metadata.
_UNUSED_FOLDERS = {"__pycache__", "tests", "SelfTest", "bin", "include"}
_UNUSED_SUFFIXES = {".pyi", ".pyc", ".pyx", ".pxd", ".pxi", ".c", ".cpp", ".h", ".hpp", ".typed"}
# Large parts of packages that are not imported here: other databases (Alembic does import PostgreSQL's), developer
# tools of packages, cffi's compiler (cryptography needs only its library), and Pydantic's previous version, which is
# optional for FastAPI.
_UNUSED_PARTS = (
    "cffi",
    "pydantic/v1",
    "pydantic/mypy.py",
    "sqlalchemy/dialects/mssql",
    "sqlalchemy/dialects/oracle",
    "sqlalchemy/ext/mypy",
    "sqlalchemy/testing",
)
_UNUSED_FILES = {"RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "uv_build.json", "uv_cache.json"}

# Runs in the Python version that will load the files. A package's modules are stored as bytecode without sources, so
# that Python reads one file instead of two. Our own modules keep their sources, which tracebacks quote.
_COMPILE = """
import py_compile, sys
from importlib.util import cache_from_source
from pathlib import Path

root, prefix, own = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
for source in sorted(root.rglob("*.py")):
    name = source.relative_to(root).as_posix()
    is_own = name.startswith(own + "/")
    compiled = cache_from_source(str(source)) if is_own else str(source.with_suffix(".pyc"))
    # With the source's hash instead of its time, which zip files and clouds do not keep; and not checked against it,
    # because /opt does not change. https://peps.python.org/pep-0552/
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    try:
        py_compile.compile(str(source), compiled, f"{prefix}/{name}", doraise=True, invalidation_mode=mode)
    except py_compile.PyCompileError:
        # A template, or a module for other versions: a package's concern as long as it is not imported.
        print(f"not compiled: {name}")
        continue
    if not is_own:
        source.unlink()
"""


class BuildFailed(Exception):
    """A layer could not be built; the message names the cause and the remedy."""


@dataclass(frozen=True)
class BuiltLayer:
    file: Path
    packed: int  # bytes
    unpacked: int  # bytes


def layer_file(target: str, layer: str) -> Path:
    """The path of a layer's zip."""
    return DIST / target / f"{layer}.zip"


def build(target: Target, into: Path = DIST) -> dict[str, BuiltLayer]:
    """Build a target's missing layers, or copy them from the cache. Raises BuildFailed.

    Uses the package registry, or uv's cache, only for a layer whose locked packages have changed.
    """
    folder = into / target.name
    folder.mkdir(parents=True, exist_ok=True)
    requirements = {layer: _requirements(extra) for layer, extra in EXTRAS.items()}
    for layer, extra in EXTRAS.items():
        beside = [] if extra is None else ["dependencies", *_BESIDE.get(layer, ())]
        others = {name for other in beside for name in requirements[other]}
        own = {name: line for name, line in requirements[layer].items() if name not in others}
        inputs = _digest(target, "\n".join(own.values()).encode())
        _build_layer(target, folder / f"{layer}.zip", inputs, partial(_install, own, target))
    sources = {
        file: file.read_bytes()
        for file in sorted(file for file in (ROOT / SHARED).rglob("*") if file.suffix in _SHARED_SUFFIXES)
    }
    inputs = _digest(target, *(f"{file.relative_to(ROOT)}\n".encode() + text for file, text in sources.items()))
    _build_layer(target, folder / f"{SHARED}.zip", inputs, partial(_copy, sources))
    return {layer: _measure(folder / f"{layer}.zip") for layer in LAYERS}


def _digest(target: Target, *parts: bytes) -> str:
    digest = hashlib.sha256()
    unused = [sorted(_UNUSED_FOLDERS), sorted(_UNUSED_SUFFIXES), sorted(_UNUSED_FILES), _UNUSED_PARTS]
    recipe = repr([target, *unused, sorted(_OMITTED), _COMPILE, inspect.getsource(_without_debugging)])
    for part in (recipe.encode(), *parts):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _build_layer(target: Target, archive: Path, inputs: str, fill: Callable[[Path], None]) -> None:
    stamp = archive.with_suffix(".built-from")
    if archive.exists() and stamp.exists() and stamp.read_text() == inputs:
        return
    stamp.unlink(missing_ok=True)
    cached = _cached(archive.name, inputs)
    if not cached.exists():
        _fill_layer(target, cached, fill)
    os.utime(cached)
    unfinished = archive.with_name(f".{archive.name}.{os.getpid()}")
    shutil.copyfile(cached, unfinished)
    unfinished.replace(archive)
    stamp.write_text(inputs)


def _cached(name: str, inputs: str) -> Path:
    """The cached file of a layer built from `inputs` by this version of this module."""
    digest = hashlib.sha256(inputs.encode() + Path(__file__).read_bytes()).hexdigest()
    return CACHE / "layers" / f"{digest}-{name}"


def _fill_layer(target: Target, cached: Path, fill: Callable[[Path], None]) -> None:
    cached.parent.mkdir(parents=True, exist_ok=True)
    for old in cached.parent.iterdir():
        if old.stat().st_mtime < time.time() - _CACHED_SECONDS:
            old.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        content = Path(temporary)
        fill(content)
        _strip(content)
        for library in content.rglob("*.so*"):
            library.write_bytes(_without_debugging(library.read_bytes()))
        _compile(content, target)
        pack(content, cached, target.folder)


def _copy(sources: Mapping[Path, bytes], content: Path) -> None:
    for file, text in sources.items():
        copy = content / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(text)


def _requirements(extra: str | None) -> dict[str, str]:
    """Package → its requirement line for pip, with the hashes of the lock file."""
    command = ["export", "--frozen", "--quiet", "--no-dev", "--no-emit-project", "--no-annotate", "--no-header"]
    text = _uv([*command, *(["--extra", extra] if extra else [])])
    lines = text.replace("\\\n", " ").splitlines()
    by_name = {re.split(r"[=@ ;]", line, maxsplit=1)[0]: line for line in lines if line.strip()}
    return {name: line for name, line in by_name.items() if name not in _OMITTED}


def _install(requirements: Mapping[str, str], target: Target, content: Path) -> None:
    wheels = [line for name, line in requirements.items() if name != _SOURCE_ONLY]
    platform = ["--python-platform", target.platform, "--python-version", target.python]
    _install_lines(wheels, content, [*platform, "--only-binary", ":all:"])
    if _SOURCE_ONLY in requirements:
        # A source distribution builds for this machine; compiled extensions are removed.
        _install_lines([requirements[_SOURCE_ONLY]], content, [])
        for extension in (content / _SOURCE_ONLY).glob("*.so"):
            extension.unlink()


def _install_lines(lines: Iterable[str], content: Path, options: Sequence[str]) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(lines))
        file.flush()
        command = ["pip", "install", "--quiet", "--no-deps", "--require-hashes", "--requirement", file.name]
        _uv([*command, "--target", str(content), "--link-mode", "copy", "--python", sys.executable, *options])


def _strip(content: Path) -> None:
    for part in _UNUSED_PARTS:
        path = content / part
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for path in sorted(content.rglob("*"), reverse=True):
        if path.is_symlink():
            raise BuildFailed(f"{path.name}: a layer cannot contain symbolic links")
        if path.is_dir():
            if path.name in _UNUSED_FOLDERS:
                shutil.rmtree(path)
        elif path.exists() and (path.suffix in _UNUSED_SUFFIXES or path.name in _UNUSED_FILES or path.name[0] == "."):
            path.unlink()


# https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html and ch4.sheader.html, 64 bits, little-endian.
_SECTION_TABLE = struct.Struct("<40xQ10xHH2x")  # in the file header: table offset, size of an entry, number of entries
_SECTION = struct.Struct("<4xIQ8xQQ24x")  # type, flags, offset of the content, its size
_IN_MEMORY = 0x2  # SHF_ALLOC
_PROGRAM_DATA, _SYMBOLS = 1, 2  # SHT_PROGBITS, SHT_SYMTAB


def _without_debugging(library: bytes) -> bytes:
    """A shared library with its debugging sections zeroed, which are most of some libraries: 16 instead of 18 MB
    packed for a function that calls models.

    Nothing is moved, so no linker of the library's platform is needed; zeros compress to nothing.
    """
    blanked = bytearray(library)
    table, size, count = _SECTION_TABLE.unpack_from(library)
    for start in range(table, table + size * count, size):
        kind, flags, offset, length = _SECTION.unpack_from(library, start)
        if kind in (_PROGRAM_DATA, _SYMBOLS) and not flags & _IN_MEMORY:
            blanked[offset : offset + length] = bytes(length)
    return bytes(blanked)


def _compile(content: Path, target: Target) -> None:
    prefix = f"/opt/{target.folder}".rstrip("/")
    subprocess.run(
        [find_python(target.python), "-I", "-W", "ignore", "-c", _COMPILE, content, prefix, SHARED],
        env={"PYTHONHASHSEED": "0"},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def pack(content: Path, archive: Path, folder: str = "", executable: Iterable[str] = ()) -> None:
    """Zip the files of `content` below `folder`, in order, without timestamps and owners (reproducible).

    Modes are 644, or 755 for `executable` (names inside `content`).
    """
    runnable = set(executable)
    # Several processes may write the same archive.
    unfinished = archive.with_name(f".{archive.name}.{os.getpid()}")
    with ZipFile(unfinished, "w", ZIP_DEFLATED, compresslevel=9) as file:
        for path in sorted(path for path in content.rglob("*") if path.is_file()):
            name = path.relative_to(content).as_posix()
            entry = ZipInfo(f"{folder}/{name}" if folder else name)  # 1980-01-01
            entry.create_system = 3  # Unix, whose modes these are
            entry.external_attr = (0o100755 if name in runnable else 0o100644) << 16
            entry.compress_type = ZIP_DEFLATED
            file.writestr(entry, path.read_bytes())
    unfinished.replace(archive)


def _measure(archive: Path) -> BuiltLayer:
    with ZipFile(archive) as file:
        return BuiltLayer(archive, archive.stat().st_size, sum(entry.file_size for entry in file.infolist()))


def find_python(version: str) -> Path:
    """An interpreter of exactly this version, because bytecode depends on the version.

    Installed by uv, in its own folder, if the machine has none. Raises BuildFailed.
    """
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [str(found) for found in sorted(versions.glob(f"{version}.*/bin/python{version}"))]
    for candidate in (sys.executable, f"python{version}", *candidates):
        try:
            answer = subprocess.run(
                [candidate, "-c", "import sys; print(sys.executable, '%d.%d' % sys.version_info[:2])"],
                capture_output=True,
                text=True,
                check=True,
            )
        except (OSError, subprocess.CalledProcessError):  # Not installed, or a shim of a version that is not installed.
            continue
        path, found_version = answer.stdout.rsplit(maxsplit=1)
        if found_version == version:
            return Path(path)
    _uv(["python", "install", "--no-bin", version])
    return Path(_uv(["python", "find", "--managed-python", version]).strip())


def _uv(arguments: Sequence[str]) -> str:
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv is None:
        raise BuildFailed("uv is missing; it is in the dev group: run make setup")
    done = subprocess.run([uv, *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise BuildFailed(f"uv {arguments[0]} failed:\n{done.stderr}")
    return done.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    by_name = {target.name: target for target in TARGETS}
    parser = argparse.ArgumentParser(description="Build the layers.")
    parser.add_argument("target", nargs="*", choices=[[], *by_name], help="all of them when absent")
    names = parser.parse_args(arguments).target or list(by_name)
    try:
        for name in names:
            for layer, built in build(by_name[name]).items():
                print(f"{name:15} {layer:13} {built.packed / 1e6:6.1f} MB, {built.unpacked / 1e6:6.1f} MB unpacked")
    except BuildFailed as error:
        print(f"layers: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
