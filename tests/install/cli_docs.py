#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The man page, the completions and docs/cli.md name every command and every option that --help names; bash completes.

    cli_docs.py PREFIX PAGE
"""
import pathlib
import re
import shutil
import subprocess
import sys

prefix, page = map(pathlib.Path, sys.argv[1:])
program = prefix / "bin/fovea"
texts = {
    "man": re.sub(r"\\f[BIR]", "", (prefix / "share/man/man1/fovea.1").read_text()).replace("\\-", "-"),
    "bash": (prefix / "share/bash-completion/completions/fovea").read_text(),
    "zsh": (prefix / "share/zsh/site-functions/_fovea").read_text(),
    "fish": (prefix / "share/fish/vendor_completions.d/fovea.fish").read_text(),
    "docs/cli.md": page.read_text(),
}


def help_of(*command):
    return subprocess.run([program, *command, "--help"], check=True, capture_output=True, text=True).stdout


def lines_after(text, heading):
    """The indented lines below a heading of a help text."""
    found = re.search(rf"^{heading}:\n((?: .*\n)+)", text, re.M)
    return found.group(1).splitlines() if found else []


def options_of(text):
    return [name for line in lines_after(text, "Options") for name in re.findall(r"(?<![\w-])--?[a-z][\w-]*", line[:28])]


def spelling(name, kind):
    """How a text shows an option."""
    if kind != "fish":
        return name
    return f"-l {name[2:]} " if name.startswith("--") else f"-s {name[1:]} "


commands = [line.split()[0] for line in lines_after(help_of(), "Commands")]
if len(commands) < 7:
    sys.exit(f"--help lists only {commands}")
count = 0
for command in commands:
    options = options_of(help_of(command))
    if "--help" not in options or "--json" not in options:
        sys.exit(f"{command} --help lists only {options}")
    for kind, text in texts.items():
        if not re.search(rf"\b{command}\b", text):
            sys.exit(f"{kind} does not name the command {command}")
        for option in options:
            if spelling(option, kind) not in text:
                sys.exit(f"{kind} does not name {command} {option}")
    count += len(options)


def bash_completes(*words):
    script = (f"source {prefix}/share/bash-completion/completions/fovea; COMP_WORDS=(fovea {' '.join(words)} ''); "
              f"COMP_WORDS[-1]=$0; COMP_CWORD={len(words) + 1}; compopt() {{ :; }}; _fovea; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    return lambda last: subprocess.run(["bash", "-c", script, last], check=True, capture_output=True, text=True).stdout.split()


for got, wanted in [(bash_completes()("tr"), ["train"]), (bash_completes("train")("--res"), ["--resume"]),
                    (bash_completes("eval", "--data")(str(prefix / "bi")), [str(prefix / "bin")]),
                    (bash_completes("train", "--seed")("x"), [])]:
    if got != wanted:
        sys.exit(f"bash completes to {got}, not to {wanted}")

for shell, file in (("zsh", "zsh/site-functions/_fovea"), ("fish", "fish/vendor_completions.d/fovea.fish")):
    if shutil.which(shell):
        subprocess.run([shell, "-n", prefix / "share" / file], check=True)
if shutil.which("man"):
    formatted = subprocess.run(["man", "--warnings", "-l", prefix / "share/man/man1/fovea.1"], capture_output=True, text=True)
    if formatted.returncode or "warning" in formatted.stderr:
        sys.exit(f"man: {formatted.stderr}")
print(f"{len(commands)} commands with {count} options are in {', '.join(texts)}")
