#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes golden.safetensors: a small AlexNet with every layer type, computed by PyTorch in double precision.

One forward and backward pass, then three updates with a drop of the learning rate, in both forms of SGD (PyTorch's own
optimiser, and the paper's written out). Layout as in Fovea: activations NHWC, convolution weights KRSC, linear weights over
H, W, C. Needs torch and safetensors from PyPI; the test that reads the file needs neither.

    python3 make_golden.py golden.safetensors
"""
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)

BATCH, CLASSES = 5, 7
LRS, MOMENTUM, DECAY = [0.1, 0.1, 0.01], 0.9, 0.005


def rand(*shape):
    """Values of float32, held in double precision."""
    return (torch.rand(*shape) * 2 - 1).float().double()


x = rand(BATCH, 3, 23, 21)
labels = torch.tensor([0, 3, 6, 2, 3])
parameters = {
    "conv1.weight": rand(12, 3, 5, 5) * 0.3, "conv1.bias": rand(12),
    "conv2.weight": rand(8, 6, 3, 3) * 0.3, "conv2.bias": rand(8),
    "conv2b.weight": rand(8, 12, 3, 3) * 0.3, "conv2b.bias": rand(8),
    "conv3.weight": rand(16, 16, 3, 3) * 0.3, "conv3.bias": rand(16),
    "fc4.weight": rand(10, 16 * 3 * 3) * 0.3, "fc4.bias": rand(10),
    "fc5.weight": rand(CLASSES, 10), "fc5.bias": rand(CLASSES),
}
parameters = {name: value.float().double() for name, value in parameters.items()}


def lrn_within_map(a, size, alpha, beta, k):
    sums = F.avg_pool2d(F.pad(a * a, [(size - 1) // 2, size // 2] * 2), size, 1)  # mean over a full window, zeros outside
    return a * (k + alpha * sums) ** -beta


def net(p):
    a = F.conv2d(F.pad(x, [0, 2, 1, 3]), p["conv1.weight"], p["conv1.bias"], stride=2)  # left right top bottom
    a = F.relu(a)
    a = F.local_response_norm(a, 5, alpha=0.3 * 5, beta=0.75, k=2)  # the summed form
    a = F.max_pool2d(a, 3, 2)
    b = torch.tanh(F.conv2d(a, p["conv2.weight"], p["conv2.bias"], padding=1, groups=2))
    c = torch.sigmoid(F.conv2d(a, p["conv2b.weight"], p["conv2b.bias"], padding=2, dilation=2))
    a = torch.cat([b + c, b], 1)
    a = lrn_within_map(a, 3, 0.5, 0.75, 1)
    a = F.relu(F.conv2d(a, p["conv3.weight"], p["conv3.bias"], padding=1))
    a = F.avg_pool2d(a, 2, 2, padding=1, count_include_pad=False)
    a = a.flatten(1)
    a = F.relu(F.linear(a, p["fc4.weight"], p["fc4.bias"]))
    return F.linear(a, p["fc5.weight"], p["fc5.bias"])


def gradients(p):
    leaves = {name: value.clone().requires_grad_() for name, value in p.items()}
    logits = net(leaves)
    loss = F.cross_entropy(logits, labels, label_smoothing=0.1)
    loss.backward()
    return logits.detach(), loss.detach(), {name: value.grad for name, value in leaves.items()}


def paper_form():
    w = {n: v.clone() for n, v in parameters.items()}
    v = {n: torch.zeros_like(t) for n, t in w.items()}
    for lr in LRS:
        g = gradients(w)[2]
        for n in w:
            v[n] = MOMENTUM * v[n] - DECAY * lr * w[n] - lr * g[n]
            w[n] = w[n] + v[n]
    return w


def pytorch_form():
    w = {n: v.clone().requires_grad_() for n, v in parameters.items()}
    sgd = torch.optim.SGD(w.values(), lr=LRS[0], momentum=MOMENTUM, weight_decay=DECAY)
    for lr in LRS:
        sgd.param_groups[0]["lr"] = lr
        sgd.zero_grad()
        F.cross_entropy(net(w), labels, label_smoothing=0.1).backward()
        sgd.step()
    return {n: t.detach() for n, t in w.items()}


def ours(name, value):
    if value.dim() == 4:
        value = value.permute(0, 2, 3, 1)
    if name.endswith("fc4.weight"):
        value = value.reshape(10, 16, 3, 3).permute(0, 2, 3, 1).reshape(10, -1)
    return value.float().contiguous()


logits, loss, grads = gradients(parameters)
out = {"x": x, "logits": logits, "loss": loss.reshape(1)}
out |= {"w/" + n: v for n, v in parameters.items()} | {"grad/" + n: v for n, v in grads.items()}
out |= {"paper/" + n: v for n, v in paper_form().items()} | {"pytorch/" + n: v for n, v in pytorch_form().items()}
out = {n: ours(n, v) for n, v in out.items()}
out["labels"] = labels.to(torch.int32)
save_file(out, sys.argv[1])
print(logits.shape, float(loss), sum(v.numel() for v in out.values()), "values")
