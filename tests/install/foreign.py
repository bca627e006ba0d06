#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The C interface from another language: Python's ctypes classifies the picture that examples/train.c has written.

    foreign.py LIBRARY MODEL PICTURE
"""
import ctypes
import sys


class Error(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int), ("message", ctypes.c_char * 2044)]


class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int64) for name in ("height", "width", "channels", "classes")]


library, model_path, picture = sys.argv[1:]
fovea = ctypes.CDLL(library)
for name, result in (("fovea_model_load", ctypes.c_void_p), ("fovea_model_info", Info),
                     ("fovea_model_class_name", ctypes.c_char_p)):
    getattr(fovea, name).restype = result

error = Error()
model = ctypes.c_void_p(fovea.fovea_model_load(model_path.encode(), 1, ctypes.byref(error)))
if not model:
    sys.exit(error.message.decode())
info = fovea.fovea_model_info(model)
if (info.height, info.width, info.channels, info.classes) != (8, 8, 1, 4):
    sys.exit(f"the model takes {info.height}x{info.width}x{info.channels}, {info.classes} classes")
p = (ctypes.c_float * info.classes)()
if fovea.fovea_predict_file(model, picture.encode(), p, ctypes.byref(error)):
    sys.exit(error.message.decode())
best = max(range(info.classes), key=lambda label: p[label])
print(fovea.fovea_model_class_name(model, ctypes.c_int64(best)).decode(), p[best])

if fovea.fovea_predict_file(model, b"/absent.png", p, ctypes.byref(error)) != 3 or b"/absent.png" not in error.message:
    sys.exit(f"an absent picture gives status {error.status}: {error.message.decode()}")
fovea.fovea_model_free(model)
