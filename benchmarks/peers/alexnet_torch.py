#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times a training step of the paper's AlexNet (LRN, groups, 227x227) in PyTorch.

Prints one JSON row per line of standard input, so that a driver can interleave peers: each line asks for so many steps. The
allocator's settings come from the environment (MALLOC_*). On a GPU, which works on while the host submits, the row has the
steps' mean.

    alexnet_torch.py MODE BATCH THREADS [DEVICE [PRECISION]]      MODE: eager, channels_last, compile; PRECISION: fp32, tf32, bf16
"""
import json
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

MODE, BATCH, THREADS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
DEVICE = sys.argv[4] if len(sys.argv) > 4 else "cpu"
PRECISION = sys.argv[5] if len(sys.argv) > 5 else "fp32"
torch.set_num_threads(THREADS)
torch.set_float32_matmul_precision("high" if PRECISION == "tf32" else "highest")
torch.backends.cudnn.allow_tf32 = PRECISION == "tf32"
torch.backends.cudnn.benchmark = True
torch.manual_seed(1)


def lrn():
    return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)  # PyTorch divides alpha by 5: the summed 1e-4


net = nn.Sequential(
    nn.Conv2d(3, 96, 11, stride=4), nn.ReLU(), lrn(), nn.MaxPool2d(3, 2),
    nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(), lrn(), nn.MaxPool2d(3, 2),
    nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
    nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(),
    nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2),
    nn.Flatten(), nn.Linear(9216, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(),
    nn.Linear(4096, 1000)).to(DEVICE)
images = torch.randn(BATCH, 3, 227, 227, device=DEVICE)
labels = torch.randint(0, 1000, (BATCH,), device=DEVICE)
if MODE != "eager":
    net = net.to(memory_format=torch.channels_last)
    images = images.to(memory_format=torch.channels_last)
sgd = torch.optim.SGD(net.parameters(), lr=0.001, momentum=0.9, weight_decay=5e-4, fused=MODE != "eager")
model = torch.compile(net) if MODE == "compile" else net


def step():
    sgd.zero_grad()
    with torch.autocast(torch.device(DEVICE).type, torch.bfloat16, enabled=PRECISION == "bf16"):
        loss = F.cross_entropy(model(images), labels)
    loss.backward()
    sgd.step()


for _ in range(3):
    step()
for line in sys.stdin:
    times, steps = [], int(line)
    if DEVICE == "cpu":
        for _ in range(steps):
            start = time.perf_counter()
            step()
            times.append(time.perf_counter() - start)
    else:
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(steps):
            step()
        torch.cuda.synchronize()
        times.append((time.perf_counter() - start) / steps)
    print(json.dumps({"mode": MODE, "torch": torch.__version__, "times": times}), flush=True)
