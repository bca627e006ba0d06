"""No object of the emulation defines a symbol with a name of the toolkit's, or one outside of its namespaces and its own prefix."""
import re
import subprocess
import sys

TOOLKIT = re.compile(r"^(cuda|cublas|nccl|cu)[A-Z]")
ALLOWED = re.compile(r"^(_Z|\.|cuda_emulation|__(tsan|ubsan|sanitizer_cov)_|_GLOBAL_|DW\.ref)")

names = set()
for archive in sys.argv[1:]:
    listing = subprocess.run(["nm", "--defined-only", "--extern-only", archive], capture_output=True, text=True, check=True).stdout
    names |= {line.split()[2] for line in listing.splitlines() if len(line.split()) == 3}

wrong = sorted(name for name in names if TOOLKIT.match(name) or not (ALLOWED.match(name) or name.startswith("__")))
wrong += sorted(name for name in names if name.startswith("_Z") and re.match(r"^_Z(cuda|\d+cuda[A-Z]|\d+cublas|\d+nccl)", name))
print("\n".join(wrong) or f"{len(names)} symbols, none of the toolkit's")
sys.exit(bool(wrong) or len(names) < 100)
