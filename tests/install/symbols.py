#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shared library shows namespace fovea and the C interface, and nothing else; and it asks the system for nothing by
which a library could print, end the process or change its state.

    symbols.py NM LIBRARY
"""
import re
import subprocess
import sys

PUBLIC = re.compile(r"(typeinfo for |typeinfo name for |vtable for )?fovea::(?!app::|c::|detail::)|fovea_\w+$")
FORBIDDEN = {"abort", "exit", "_exit", "_Exit", "quick_exit", "raise", "kill", "printf", "vprintf", "puts", "putchar",
             "perror", "stdout", "stderr", "std::cout", "std::cerr", "std::clog", "signal", "sigaction", "setlocale",
             "std::locale::global(std::locale const&)", "chdir", "putenv", "setenv", "umask", "fork", "atexit"}

nm, library = sys.argv[1:]


def symbols(selection):
    output = subprocess.run([nm, "-D", "-C", selection, library], check=True, capture_output=True, text=True).stdout
    return [re.sub(r"^[0-9a-f]* *\w ", "", line.strip()) for line in output.splitlines()]


shown = symbols("--defined-only")
foreign = [symbol for symbol in shown if not PUBLIC.match(symbol)]
if foreign:
    sys.exit(f"{len(foreign)} of {len(shown)} symbols are not public:\n" + "\n".join(foreign[:20]))

# What users call must be there.
for wanted in ("fovea_predict", "fovea::Classifier::load(", "fovea::Net::from_config(", "typeinfo for fovea::DataError"):
    if not any(symbol.startswith(wanted) for symbol in shown):
        sys.exit(f"no {wanted} in {library}")

used = {symbol.split("@")[0] for symbol in symbols("--undefined-only")}
if "malloc" not in used and "operator new(unsigned long)" not in used:
    sys.exit(f"the symbols that {library} uses cannot be read: {sorted(used)[:5]}")
if used & FORBIDDEN:
    sys.exit(f"{library} uses {', '.join(sorted(used & FORBIDDEN))}")
print(f"{len(shown)} symbols, all public")
