#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds and runs two examples with nothing but a compiler and pkg-config, which finds fovea.pc by PKG_CONFIG_PATH.
#   pkg_config.sh EXAMPLES COMPILER FOLDER
set -eu
examples=$1 compiler=$2 folder=$3

command -v pkg-config >/dev/null || { echo "test skipped: no pkg-config"; exit; }
library=$(pkg-config --variable=libdir fovea)

$compiler -std=c++20 -O1 "$examples/threads.cpp" -o "$folder/threads" \
  $(pkg-config --cflags --libs fovea) -Wl,-rpath,"$library"
"$folder/threads"

$compiler -x c -std=c99 -pedantic -Wall -Wextra -Werror "$examples/train.c" -x none -o "$folder/train" \
  $(pkg-config --cflags --libs fovea) -Wl,-rpath,"$library"
"$folder/train" "$folder/model.safetensors"

# Programs that need nothing else on the machine.
$compiler -std=c++20 -O1 "$examples/threads.cpp" -o "$folder/threads_static" -static -s \
  $(pkg-config --static --cflags --libs fovea)
"$folder/threads_static"
$compiler -x c -std=c99 "$examples/train.c" -x none -o "$folder/train_static" -static -s \
  $(pkg-config --static --cflags --libs fovea)
"$folder/train_static" "$folder/model.safetensors"
