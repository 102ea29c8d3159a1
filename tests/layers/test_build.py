"""The layers: contents, exclusions, sizes, and reproducible builds."""

import json
import re
import subprocess
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from zipfile import ZipFile

import pytest

from layers.build import LAYERS, MAX_BYTES, TARGETS, BuiltLayer, Target, build, find_python, pack
from tests.support.authenticator import SoftAuthenticator
from tests.support.environment import ENVIRONMENT

# Packages that no layer may contain: installers, tests, development tools, and those of Lambda's runtime.
UNWANTED = re.compile(
    r"^(python/)?(pip|setuptools|pytest|mypy|hypothesis|boto3|botocore)/|(^|/)tests/|/bin/|\.(pyi|c|h)$"
)
# Wheel tags of other processors, as in the names of extension modules.
OTHER_PROCESSOR = {"aws-x86_64": "aarch64", "aws-arm64": "x86_64", "tencent-x86_64": "aarch64"}

by_name = {target.name: target for target in TARGETS}
each_target = pytest.mark.parametrize("name", by_name)


@pytest.fixture(scope="module")
def layers_of() -> Callable[[str], dict[str, BuiltLayer]]:
    """The layers of `make layers`, with changed code packed again."""
    built: dict[str, dict[str, BuiltLayer]] = {}

    def get(name: str) -> dict[str, BuiltLayer]:
        if name not in built:
            built[name] = build(by_name[name])
        return built[name]

    return get


def names_of(layer: BuiltLayer) -> list[str]:
    with ZipFile(layer.file) as content:
        return content.namelist()


@each_target
def test_every_layer_stays_within_its_size(layers_of: Callable[[str], dict[str, BuiltLayer]], name: str) -> None:
    layers = layers_of(name)

    assert set(layers) == set(LAYERS)
    for layer, built in layers.items():
        assert 10_000 < built.unpacked <= MAX_BYTES[layer], layer
    # A function has at most five of them, in addition to its own code; Lambda's limit is 250 MB.
    assert sum(built.unpacked for built in layers.values()) < 200_000_000


@each_target
def test_layers_have_no_unwanted_packages(layers_of: Callable[[str], dict[str, BuiltLayer]], name: str) -> None:
    for built in layers_of(name).values():
        files = names_of(built)
        assert not [file for file in files if UNWANTED.search(file)]
        assert not [file for file in files if OTHER_PROCESSOR[name] in file and file.endswith(".so")]
        assert all(file.startswith(by_name[name].folder) for file in files)


@each_target
def test_model_clients_are_only_in_the_layers_of_functions_that_need_them(
    layers_of: Callable[[str], dict[str, BuiltLayer]], name: str
) -> None:
    def holders(package: str) -> list[str]:
        return [
            layer
            for layer, built in layers_of(name).items()
            if any(f"{package}/__init__.py" in file for file in names_of(built))
        ]

    assert holders("httptools") == ["chat"]
    # OpenAI's SDK has a layer of its own, so that functions that only chat do not include it.
    assert holders("openai") == holders("jiter") == ["openai"]


@each_target
def test_layers_of_a_function_share_no_file(layers_of: Callable[[str], dict[str, BuiltLayer]], name: str) -> None:
    files = {layer: set(names_of(built)) for layer, built in layers_of(name).items()}

    shared = {frozenset(pair) for pair in combinations(files, 2) if files[pair[0]] & files[pair[1]]}

    # Both read web pages, or invoke functions; no function has both (tests/infra/test_package.py, test_tencent.py).
    assert shared == {frozenset(("chat", "documents")), frozenset(("passkeys", "websocket"))}


# Prints the modules of passkeys that are loaded by the import of a token's module, and the id of a verified passkey.
_VERIFY = """
import json, os, sys
import shared.auth.tokens
from shared.auth import webauthn
loaded = [name for name in ("fido2", "pyotp", "cryptography") if name in sys.modules]
given = json.loads(os.environ["PASSKEY"])
passkey = webauthn.verify_registration(given["challenge"], *given["created"])
webauthn.verify_assertion(given["challenge"], passkey.id, passkey.public_key, *given["asserted"])
print(json.dumps([loaded, passkey.id]))
"""


@pytest.mark.parametrize("name", ["aws-x86_64", "tencent-x86_64"])
def test_the_deployed_packages_verify_a_passkey_and_are_loaded_for_that(
    layers_of: Callable[[str], dict[str, BuiltLayer]], name: str, tmp_path: Path
) -> None:
    for layer in ("dependencies", "encryption", "passkeys", "shared"):
        with ZipFile(layers_of(name)[layer].file) as content:
            content.extractall(tmp_path)
    authenticator, challenge = SoftAuthenticator(), "A" * 43
    credential = authenticator.create({"rp": {"id": "localhost"}, "challenge": challenge})
    created = credential["response"]
    asserted = authenticator.get({"rpId": "localhost", "challenge": challenge})["response"]
    passkey = {
        "challenge": challenge,
        "created": [created["clientDataJSON"], created["attestationObject"]],
        "asserted": [asserted["clientDataJSON"], asserted["authenticatorData"], asserted["signature"]],
    }
    process = subprocess.run(
        [find_python(by_name[name].python), "-c", _VERIFY],
        env={**ENVIRONMENT, "PYTHONPATH": str(tmp_path / by_name[name].folder), "PASSKEY": json.dumps(passkey)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(process.stdout) == [[], credential["id"]]


@each_target
def test_packages_are_bytecode_and_our_code_keeps_its_source(
    layers_of: Callable[[str], dict[str, BuiltLayer]], name: str
) -> None:
    magic = subprocess.run(
        [
            find_python(by_name[name].python),
            "-c",
            "import importlib.util, sys; print(importlib.util.MAGIC_NUMBER.hex())",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    for layer, built in layers_of(name).items():
        with ZipFile(built.file) as content:
            compiled = [file for file in content.namelist() if file.endswith(".pyc")]
            sources = [file for file in content.namelist() if file.endswith(".py")]
            assert compiled
            if layer == "shared":
                assert len(compiled) == len(sources)
            else:
                # A package's template, which is not a Python module.
                assert len(sources) <= len(compiled) * 0.01
                assert not [file for file in compiled if "__pycache__" in file]
            for file in compiled[:50]:
                header = content.read(file)[:8]
                assert header[:4].hex() == magic.stdout.strip()
                # https://peps.python.org/pep-0552/: bit 0 is "by hash", bit 1 would be "check the source".
                assert int.from_bytes(header[4:], "little") == 0b01


@each_target
def test_debugging_sections_are_zeroed(layers_of: Callable[[str], dict[str, BuiltLayer]], name: str) -> None:
    for built in layers_of(name).values():
        with ZipFile(built.file) as content:
            for file in content.namelist():
                # A compiler's signature, in .comment and in .debug_str.
                assert ".so" not in file or not re.search(rb"GCC: \(|GNU C\d\d", content.read(file)), file


@each_target
def test_a_json_function_is_small(layers_of: Callable[[str], dict[str, BuiltLayer]], name: str) -> None:
    layers = layers_of(name)
    # The largest are those that call a model; their own code is about 20 KB. The layer `chat` has the HTML parser of
    # turns, too: a streaming function has five layers, which is Lambda's limit.
    packed = sum(layers[layer].packed for layer in ("dependencies", "encryption", "chat", "shared"))

    assert packed <= 16_500_000
    # And the function of accounts, and the one that lists a provider's models.
    assert packed + layers["passkeys"].packed <= 17_200_000
    assert packed + layers["openai"].packed <= 20_500_000


def test_builds_are_reproducible(
    layers_of: Callable[[str], dict[str, BuiltLayer]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = layers_of("aws-x86_64")
    # Layers that need no download.
    monkeypatch.setattr("layers.build.EXTRAS", {})
    monkeypatch.setattr("layers.build.LAYERS", ("shared",))
    monkeypatch.setattr("layers.build.CACHE", tmp_path / "cache")
    again = build(by_name["aws-x86_64"], tmp_path)

    assert again["shared"].file.read_bytes() == first["shared"].file.read_bytes()


def test_another_checkout_uses_the_cached_layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layers.build.EXTRAS", {})
    monkeypatch.setattr("layers.build.LAYERS", ("shared",))
    monkeypatch.setattr("layers.build.CACHE", tmp_path / "cache")
    first = build(by_name["aws-x86_64"], tmp_path / "first")
    (cached,) = (tmp_path / "cache" / "layers").iterdir()
    cached.write_bytes(first["shared"].file.read_bytes() + b"from the cache")

    other = build(by_name["aws-x86_64"], tmp_path / "other")

    assert other["shared"].file.read_bytes().endswith(b"from the cache")


def test_the_wheel_platform_is_no_newer_than_the_clouds_c_library() -> None:
    def glibc(target: Target) -> str:
        return target.platform.partition("-")[2]

    assert {target.name: glibc(target) for target in TARGETS} == {
        "aws-x86_64": "manylinux_2_28",
        "aws-arm64": "manylinux_2_28",
        "tencent-x86_64": "manylinux2014",
    }


def test_a_packed_folder_keeps_modes_and_no_times(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (content / "start").write_text("#!/bin/sh\n")
    (content / "module.py").write_text("")

    pack(content, tmp_path / "a.zip", executable=["start"])

    with ZipFile(tmp_path / "a.zip") as packed:
        assert [(entry.filename, entry.external_attr >> 16) for entry in packed.infolist()] == [
            ("module.py", 0o100644),
            ("start", 0o100755),
        ]
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
