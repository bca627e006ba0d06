"""The numbers of errors, attributes and flags in core/emulation are those of the toolkit's headers, where a toolkit is found."""
import pathlib
import re
import sys

include, toolkit = map(pathlib.Path, sys.argv[1:3])
if not (toolkit / "driver_types.h").exists():
    print("test skipped: no CUDA toolkit")
    sys.exit(0)

ENUMERATOR = re.compile(r"\b((?:cuda|CUDA|cublas|CUBLAS|nccl)\w+)\s*=\s*(0x[0-9a-fA-F]+|-?\d+)\b")
MACRO = re.compile(r"#define\s+(cuda\w+)\s+(0x[0-9a-fA-F]+|\d+)\b")
ERROR = re.compile(r"CUDA_EMULATION_ERROR\((cuda\w+),\s*(\d+),")


def values(text, *patterns):
    return {name: int(number, 0) for pattern in patterns for name, number in pattern.findall(text)}


theirs = values("".join((toolkit / name).read_text(errors="replace") for name in ("driver_types.h", "library_types.h")), ENUMERATOR, MACRO)
ours = values((include / "driver_types.h").read_text(), ENUMERATOR)
ours.update(values((include / "cuda_emulation" / "error_list.inc").read_text(), ERROR))

wrong = [f"{name}: {number} here, {theirs.get(name, 'unknown')} there" for name, number in ours.items() if theirs.get(name) != number]
print("\n".join(wrong) or f"{len(ours)} values agree")
sys.exit(bool(wrong) or len(ours) < 100)
