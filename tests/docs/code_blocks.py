#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the code blocks of docs/add-a-layer.md against examples/own_layer.cpp, whose sections "// [name]" they show.

    code_blocks.py PROJECT            fails when a block differs
    code_blocks.py PROJECT --update   writes the sections into the page
"""
import pathlib
import re
import sys
import textwrap

project = pathlib.Path(sys.argv[1])
page, source = project / "docs/add-a-layer.md", project / "examples/own_layer.cpp"


def section(name):
    inside = source.read_text().split(f"// [{name}]\n")[1]
    return textwrap.dedent(inside.rsplit("\n", 1)[0]).strip("\n")


sections = [section(name) for name in ("swish", "net", "train")]
text = page.read_text()
blocks = re.findall(r"```cpp\n(.*?)\n```", text, re.S)
if len(blocks) != len(sections):
    sys.exit(f"{page}: {len(blocks)} code blocks, {len(sections)} wanted")
if "--update" in sys.argv:
    for old, new in zip(blocks, sections):
        text = text.replace(f"```cpp\n{old}\n```", f"```cpp\n{new}\n```")
    page.write_text(text)
    sys.exit()
for block, wanted in zip(blocks, sections):
    if block != wanted:
        sys.exit(f"{page}: a code block differs from {source}; run tests/docs/code_blocks.py . --update. It has\n{block}")
print(f"{len(blocks)} code blocks agree")
