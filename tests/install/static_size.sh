#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A program has fewer bytes than it may have: static_size.sh PROGRAM BYTES
size=$(wc -c <"$1")
echo "$1: $size bytes"
[ "$size" -lt "$2" ]
