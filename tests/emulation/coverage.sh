#!/bin/sh
# coverage.sh PROGRAM OBJECTS: runs the program, whose kernels were compiled for gcov into the folder OBJECTS, and prints the share
# of each kernel file's lines that ran.
set -e
find "$2" -name '*.gcda' -delete
"$1" >/dev/null
cd "$2"
find . -name '*.gcda' -exec gcov -n {} + | awk '/^File/ { file = $2 } /^Lines/ { if (file ~ /\.cu.?$/) print file, $0 }' | tr -d "'"
