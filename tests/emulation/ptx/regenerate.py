#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the committed PTX against what nvcc makes of the sources today, where nvcc is found.

    regenerate.py PROJECT            fails when a file differs (the same release of nvcc) or, with another release, when the
                                     test of the wrappers (TEST) fails on what that release makes
    regenerate.py PROJECT --test=TEST
    regenerate.py PROJECT --update   writes the files
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

project = pathlib.Path(sys.argv[1]).resolve()
folder = project / "tests/emulation/ptx"
test = next((a.split("=", 1)[1] for a in sys.argv if a.startswith("--test=")), None)

nvcc = shutil.which("nvcc") or shutil.which("nvcc", path="/usr/local/cuda/bin")
if not nvcc:
    print("test skipped: nvcc is not found")
    sys.exit()


def without_hashes(text):
    """nvcc puts a hash of the source's path into names of internal linkage."""
    return re.sub(r"(_INTERNAL_|_GLOBAL__N__)[0-9a-f]{8}_", r"\g<1>00000000_", text)


def compile_to(target, name):
    portable = project / "core/emulation/portable"
    command = [nvcc, "-ptx", "-arch=sm_80", "-std=c++20", f"-I{portable}", f"{name}.cu", "-o", target / f"{name}.ptx"]
    subprocess.run(command, cwd=folder, check=True)
    path = target / f"{name}.ptx"
    path.write_text(without_hashes(path.read_text()))


def release(text):
    return re.search(r"release .*", text).group()


names = sorted(path.stem for path in folder.glob("*.cu"))
if "--update" in sys.argv:
    for name in names:
        compile_to(folder, name)
    sys.exit()
with tempfile.TemporaryDirectory() as scratch:
    made = pathlib.Path(scratch)
    for name in names:
        compile_to(made, name)
    texts = {name: ((folder / f"{name}.ptx").read_text(), (made / f"{name}.ptx").read_text()) for name in names}
    if all(release(old) == release(new) for old, new in texts.values()):
        different = [name for name, (old, new) in texts.items() if old != new]
        if different:
            sys.exit(f"{', '.join(different)}: nvcc makes other PTX of the sources; run {sys.argv[0]} . --update")
        print(f"{len(names)} files agree")
    elif test:
        subprocess.run([test], check=True, env=os.environ | {"FOVEA_PTX_FOLDER": str(made)})
    else:
        print("test skipped: another release of nvcc, and no --test")
