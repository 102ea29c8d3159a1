"""Third-party packages of the deployed product: their licences, and a bill of materials (SBOM).

    python -m infra.supply_chain licenses   writes LICENSES.md
    python -m infra.supply_chain sbom       writes CycloneDX documents into dist/sbom

Python packages are read from the built layers, the SPA's packages from its installation without development tools:
the packages that are deployed, not those that a resolver would install. Needs no network.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile

from layers.build import EXTRAS, TARGETS, layer_file

ROOT = Path(__file__).resolve().parents[1]
LICENSES = ROOT / "LICENSES.md"
SBOM = ROOT / "dist" / "sbom"

# SPDX identifiers. All allow use and distribution in closed products; MPL-2.0 requires the source of its own files
# if they were changed, and they are not.
ALLOWED = frozenset(
    {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0", "Unlicense"}
)
# Licence names of packages that do not use SPDX identifiers yet.
_SPDX = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "PSFL": "PSF-2.0",
    # PDFium, which it contains, and the libraries in that have licences of the same kind.
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
}
# Packages that name their licence only in a file. fido2's are those of its code, of pyu2f's in it, and of its list of
# public suffixes.
_IN_A_FILE = {"fido2": "BSD-2-Clause AND Apache-2.0 AND MPL-2.0", "khroma": "MIT"}


@dataclass(frozen=True, order=True)
class Component:
    """A distributed package. `license`: an SPDX expression, or "" where the package names none."""

    name: str
    version: str
    license: str
    purl: str  # https://github.com/package-url/purl-spec


def is_allowed(expression: str) -> bool:
    """Whether an alternative of an SPDX expression (AND, OR, no parentheses) consists of allowed licences only."""
    return any(ALLOWED.issuperset(choice.split(" AND ")) for choice in expression.split(" OR "))


def layer_components() -> list[Component]:
    """The packages in the layers of all targets. Needs the built layers."""
    found: set[Component] = set()
    for target in TARGETS:
        for layer in EXTRAS:
            with ZipFile(layer_file(target.name, layer)) as archive:
                found.update(_packages_in(archive))
    return sorted(found)


def _packages_in(archive: ZipFile) -> Iterator[Component]:
    for file in archive.namelist():
        if not re.search(r"\.(dist-info/METADATA|egg-info/PKG-INFO)$", file):
            continue
        metadata = HeaderParser().parsestr(archive.read(file).decode())
        name, version = re.sub(r"[-_.]+", "-", metadata["Name"]).lower(), metadata["Version"]
        classifiers = [entry for entry in metadata.get_all("Classifier", []) if entry.startswith("License")]
        named = metadata["License-Expression"] or metadata["License"] or "".join(classifiers).rpartition(":: ")[2]
        yield Component(name, version, _license_of(name, _SPDX.get(named, named)), f"pkg:pypi/{name}@{version}")


def spa_components() -> list[Component]:
    """The packages in the SPA's build."""
    command = ["corepack", "pnpm", "licenses", "list", "--prod", "--json"]
    listed = json.loads(subprocess.run(command, cwd=ROOT / "fd", check=True, capture_output=True).stdout)
    return sorted(
        Component(
            package["name"],
            version,
            _license_of(package["name"], expression),
            f"pkg:npm/{quote(package['name'])}@{version}",
        )
        for expression, packages in listed.items()
        for package in packages
        for version in package["versions"]
    )


def _license_of(name: str, expression: str) -> str:
    # Only parentheses around a whole expression are supported: `is_allowed` rejects any other.
    return _IN_A_FILE.get(name, expression.removeprefix("(").removesuffix(")"))


def render_licenses(layers: Iterable[Component], spa: Iterable[Component]) -> str:
    """The text of LICENSES.md, without versions, which would change it with every update."""
    lines = [
        "# Licences of what is deployed",
        "",
        "Written by `make licenses`. Versions are in the bills of materials: `make sbom`.",
    ]
    for title, components in (("Functions", layers), ("Browser client", spa)):
        lines += ["", f"## {title}", "", "| package | licence |", "|---|---|"]
        named = sorted({(component.name, component.license) for component in components})
        lines += [f"| {name} | {expression} |" for name, expression in named]
    return "\n".join(lines) + "\n"


def bill_of_materials(subject: str, components: Iterable[Component]) -> dict[str, object]:
    """A CycloneDX document: https://cyclonedx.org/docs/1.6/json/. The same components give the same bytes."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": subject, "name": subject}},
        "components": [
            {
                "type": "library",
                "bom-ref": component.purl,
                "name": component.name,
                "version": component.version,
                "purl": component.purl,
                "licenses": [{"expression": component.license}],
            }
            for component in components
        ],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Licences and bills of materials of what is deployed.")
    parser.add_argument("what", choices=["licenses", "sbom"])
    layers, spa = layer_components(), spa_components()
    if parser.parse_args(arguments).what == "licenses":
        LICENSES.write_text(render_licenses(layers, spa), encoding="utf-8")
        return 0
    SBOM.mkdir(parents=True, exist_ok=True)
    for subject, components in (("chat-functions", layers), ("chat-spa", spa)):
        text = json.dumps(bill_of_materials(subject, components), indent=2)
        (SBOM / f"{subject}.cdx.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
