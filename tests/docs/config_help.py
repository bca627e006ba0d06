#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds `fovea train --help`, docs/config.md and configs/schema.json against each other: the same
objects, the same fields, the same defaults.

    config_help.py PROJECT FOVEA
"""
import json
import pathlib
import re
import subprocess
import sys

project, program = pathlib.Path(sys.argv[1]), sys.argv[2]


def of_help():
    """[(path, type, {field: default})] in the order of the text; None where there is no default."""
    text = subprocess.run([program, "train", "--help"], check=True, capture_output=True, text=True).stdout
    sections = [("", "", {})]
    for line in text[text.index("The keys of the config"):].splitlines()[1:]:
        title = re.fullmatch(r'([\w.\[\]]+)(?: "(\w+)")?:.*', line)
        field = re.fullmatch(r"  ([a-z]\w*)(?:=(.+?))?(?:  +.*)?", line)
        if title:
            sections.append((title[1], title[2] or "", {}))
        elif field:
            sections[-1][2][field[1]] = json.loads(field[2]) if field[2] else None
    return sections


def of_page():
    """The tables of docs/config.md, in order."""
    tables = []
    for part in re.split(r"^\| field \|.*\n", (project / "docs/config.md").read_text(), flags=re.M)[1:]:
        rows = re.findall(r"^\| `(\w+)` \| .*? \| (required|`.*?`|) \| ", part, re.M)
        plain = {name: default.strip("`").replace("\\|", "|") for name, default in rows}
        tables.append({name: None if text in ("", "required") else json.loads(text) for name, text in plain.items()})
    return tables


def of_schema():
    """[(path, type, {field: default})] of every object that says what it is; "type" and "$schema" left out."""
    objects = []

    def walk(node, path):
        for part in node.get("anyOf", []):
            walk(part, path)
        if "items" in node:
            walk(node["items"], path + "[]")
        fields = node.get("properties", {})
        if fields and "description" in node:
            own = {name: field.get("default") for name, field in fields.items() if name not in ("type", "$schema")}
            objects.append((path, fields.get("type", {}).get("const", ""), own))
        for name, field in fields.items():
            walk(field, f"{path}.{name}" if path else name)

    walk(json.loads((project / "configs/schema.json").read_text()), "")
    return objects


def agree(shown, wanted):
    """The help leaves out defaults that are objects and fill a line."""
    return shown.keys() == wanted.keys() and all(
        shown[name] == wanted[name] or (shown[name] is None and isinstance(wanted[name], dict)) for name in wanted)


help_sections, page, schema = of_help(), of_page(), of_schema()
tables = [fields for _, _, fields in help_sections if fields]
if len(tables) != len(page):
    sys.exit(f"the help has {len(tables)} groups of fields, docs/config.md {len(page)} tables")
for shown, wanted in zip(tables, page):
    if not agree(shown, wanted):
        sys.exit(f"the help says {shown}, docs/config.md {wanted}")

shared = {path: fields for path, kind, fields in help_sections if not kind}
for path, kind, wanted in schema:
    # Told once, where it stands first; without what all kinds of it have, which stands before them.
    told = [fields | extra for at, name, fields in help_sections if name == kind
            for extra in ({}, shared.get(at, {}) if kind else {})]
    if wanted and not any(agree(fields, wanted) for fields in told):
        sys.exit(f'the schema has {path} "{kind}" with {wanted}, the help has none like it')
count = sum(len(fields) for fields in tables)
if count < 80:
    sys.exit(f"only {count} fields were found")
print(f"{count} fields in {len(tables)} objects agree")
