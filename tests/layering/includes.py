#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each source of the modules and the program includes what declares the types and functions it names.

Builds compile several sources at a time, where a missing include does not show: a neighbour has it. This finds it in a second,
without a compiler, by rules of thumb: what a header declares at the start of a line (where clang-format has what stands in a
namespace), others must include it for. It misses what a member's name hides; it must not accuse wrongly.
"""

import pathlib
import re
import sys

MODULES = ("core", "kernels", "layers", "data", "optim")
FOLDERS = (*MODULES, "apps")
LEAST_SOURCES = 300  # fewer: this looks in the wrong place

NO_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|^#include.*?$', re.S | re.M)
INCLUDE = re.compile(r'^#include [<"]([^">]+)[">]', re.M)
TYPE = r"(?:class|struct|enum class|enum)\s+(?:FOVEA_\w+\s+|\[\[\w+\]\]\s+)*(\w+)|using (\w+) ="
TYPE_OF_NAMESPACE = re.compile(rf"^(?:{TYPE})", re.M)
TYPE_ANYWHERE = re.compile(rf"\b(?:{TYPE})")
FUNCTION_OF_NAMESPACE = re.compile(r"^(?:\[\[\w+\]\] )?(?!return\b|using\b|#)[\w:<>,&* ]+[ &*]([a-z]\w*[a-z0-9])\(", re.M)
NAME = re.compile(r"(?<![\w.>:])([A-Z]\w+)")
CALL = re.compile(r"(?<![\w.>:~])([a-z]+_\w*\w)\(")  # of several words: one word is a local variable as often
LOCAL = re.compile(r"[\w>*&] (\w+)\(|\b(\w+) = \[|& (\w+)\b")  # with constructor arguments, a lambda, a function's parameter


def names(pattern, code):
    return {name for match in pattern.finditer(code) for name in match.groups() if name}


def find_header(root, path, name):
    folders = [*(f"{module}/include" for module in MODULES), "core/runtime/cuda/include", path.relative_to(root).parts[0]]
    headers = (folder / name for folder in (path.parent, *(root / folder for folder in folders)))
    return next((header.resolve() for header in headers if header.exists()), None)


class Source:
    def __init__(self, root, path):
        text = path.read_text()
        self.is_header = path.suffix == ".h"
        self.headers = [header for name in INCLUDE.findall(text) if (header := find_header(root, path, name))]
        code = NO_CODE.sub(" ", text)
        self.exports = names(TYPE_OF_NAMESPACE, code) | names(FUNCTION_OF_NAMESPACE, code)
        self.knows = names(TYPE_ANYWHERE, code) | names(FUNCTION_OF_NAMESPACE, code) | names(LOCAL, code)
        self.uses = names(NAME, code) | names(CALL, code)


def read_all(root):
    paths = (path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in (".h", ".cpp"))
    return {path: Source(root, path) for path in sorted(paths) if root / "core/emulation" not in path.parents}


def reached_from(sources, start):
    """A source and all that it includes."""
    reached, todo = set(), [start]
    while todo:
        path = todo.pop()
        if path in sources and path not in reached:
            reached.add(path)
            todo += sources[path].headers
    return reached


def missing_includes(root, sources):
    homes = {}
    for path, source in sources.items():
        for name in source.exports if source.is_header else ():
            homes.setdefault(name, []).append(str(path.relative_to(root)))
    for path, source in sources.items():
        if path.name.endswith("-inl.h"):
            continue  # a part of the source that includes it
        known = set().union(*(sources[one].knows for one in reached_from(sources, path)))
        for name in sorted((source.uses & homes.keys()) - known):
            yield f"{path.relative_to(root)}: names {name}, but does not include {' or '.join(homes[name])}"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    sources = read_all(root)
    found = list(missing_includes(root, sources))
    print(*found, f"{len(sources)} sources, {len(found)} missing includes", sep="\n")
    return 1 if found or len(sources) < LEAST_SOURCES else 0


if __name__ == "__main__":
    sys.exit(main())
