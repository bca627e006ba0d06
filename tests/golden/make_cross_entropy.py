#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes cross_entropy.safetensors: PyTorch's cross-entropy with class weights, with and without label smoothing: losses,
their mean and its gradient, in double precision. Needs torch and safetensors from PyPI; the test that reads it needs neither.

    python3 make_cross_entropy.py cross_entropy.safetensors
"""
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(2)
torch.set_default_dtype(torch.float64)

z = (torch.rand(9, 7) * 12 - 6).float().double()
labels = torch.tensor([0, 3, 6, 2, 3, 5, 1, 1, 4])
weights = torch.tensor([0.5, 1.0, 2.0, 0.25, 3.0, 1.5, 0.75])

out = {"z": z, "weights": weights}
for smoothing in (0.0, 0.1):
    logits = z.clone().requires_grad_()
    mean = F.cross_entropy(logits, labels, weight=weights, label_smoothing=smoothing)
    mean.backward()
    losses = F.cross_entropy(z, labels, weight=weights, label_smoothing=smoothing, reduction="none")
    name = f"/{smoothing}"
    out |= {"mean" + name: mean.detach().reshape(1), "losses" + name: losses, "dz" + name: logits.grad}
out = {name: value.float().contiguous() for name, value in out.items()}
out["labels"] = labels.to(torch.int32)
save_file(out, sys.argv[1])
