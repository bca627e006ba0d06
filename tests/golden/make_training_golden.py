#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes training.safetensors: what PyTorch's schedules, clipping, SGD and loss give, in double precision, for given numbers.

Needs torch and safetensors from PyPI; the test that reads the file needs neither.

    python3 make_training_golden.py training.safetensors
"""
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch.optim import lr_scheduler

torch.manual_seed(2)
torch.set_default_dtype(torch.float64)
EPOCHS, STEPS, LR = 10, 100, 0.8  # 10 steps an epoch
out = {}


def rand(*shape):
    """Values of float32, held in double precision."""
    return (torch.rand(*shape) * 2 - 1).float().double()


def rates(make, count, *metrics):
    """The rate before each of `count` steps of a schedule."""
    sgd = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=LR)
    schedule, values = make(sgd), []
    for i in range(count):
        values.append(sgd.param_groups[0]["lr"])
        sgd.step()
        schedule.step(*(m[i] for m in metrics))
    return torch.tensor(values)


out["lr/step_by_epoch"] = rates(lambda o: lr_scheduler.StepLR(o, 3, gamma=0.5), EPOCHS)
out["lr/step_by_step"] = rates(lambda o: lr_scheduler.StepLR(o, 7, gamma=0.5), STEPS)
out["lr/multistep"] = rates(lambda o: lr_scheduler.MultiStepLR(o, [2, 5, 8], gamma=0.1), EPOCHS)
out["lr/exponential_by_epoch"] = rates(lambda o: lr_scheduler.ExponentialLR(o, 0.9), EPOCHS)
out["lr/exponential_by_step"] = rates(lambda o: lr_scheduler.ExponentialLR(o, 0.96875), STEPS)
out["lr/poly"] = rates(lambda o: lr_scheduler.PolynomialLR(o, STEPS, power=2.5), STEPS)
out["lr/poly_linear"] = rates(lambda o: lr_scheduler.PolynomialLR(o, STEPS, power=1), STEPS)
out["lr/cosine"] = rates(lambda o: lr_scheduler.CosineAnnealingLR(o, STEPS, eta_min=0.1 * LR), STEPS)
out["lr/cosine_by_epoch"] = rates(lambda o: lr_scheduler.CosineAnnealingLR(o, EPOCHS), EPOCHS)
out["lr/warmup"] = rates(lambda o: lr_scheduler.LinearLR(o, start_factor=0.25, total_iters=20), STEPS)
errors = [0.9, 0.8, 0.8, 0.8, 0.8, 0.85, 0.7, 0.7, 0.7, 0.7, 0.7, 0.6, 0.7, 0.7, 0.7, 0.7]
out["plateau/errors"] = torch.tensor(errors)
out["lr/plateau"] = rates(
    lambda o: lr_scheduler.ReduceLROnPlateau(o, factor=0.5, patience=2, threshold=0), len(errors), errors)

gradients = rand(40, 30) * 3
for name, clip in {
    "norm": lambda p: torch.nn.utils.clip_grad_norm_(p, 1.5),
    "norm_not_reached": lambda p: torch.nn.utils.clip_grad_norm_(p, 1e4),
    "value": lambda p: torch.nn.utils.clip_grad_value_(p, 0.5),
}.items():
    parts = [torch.zeros_like(gradients[:10], requires_grad=True), torch.zeros_like(gradients[10:], requires_grad=True)]
    parts[0].grad, parts[1].grad = gradients[:10].clone(), gradients[10:].clone()
    clip(parts)
    out["clip/" + name] = torch.cat([p.grad for p in parts])
out["clip/gradients"] = gradients

# Two linear layers, 5 -> 3 -> 4; the second has its own rate and decay, biases twice the rate and no decay.
names = ["linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"]
start = {n: rand(*s) for n, s in zip(names, [(3, 5), (3,), (4, 3), (4,)])}
given = [{n: rand(*v.shape) for n, v in start.items()} for _ in range(4)]
out |= {"sgd/start/" + n: v for n, v in start.items()}
out |= {f"sgd/gradient{i}/{n}": v for i, g in enumerate(given) for n, v in g.items()}
SGD_LRS = [0.1, 0.1, 0.01, 0.01]


def multipliers(name, apart):
    """Of the rate and the decay."""
    rate, decay = (1, 1)
    if apart and name.startswith("linear2"):
        rate, decay = 0.5, 3
    if apart and name.endswith("bias"):
        rate, decay = rate * 2, 0
    return rate, decay


def pytorch_form(momentum, decay, apart):
    w = {n: v.clone().requires_grad_() for n, v in start.items()}
    groups = [{"params": [w[n]], "weight_decay": decay * multipliers(n, apart)[1]} for n in names]
    sgd = torch.optim.SGD(groups, lr=0.1, momentum=momentum)
    for lr, gradient in zip(SGD_LRS, given):
        for n, group in zip(names, sgd.param_groups):
            group["lr"] = lr * multipliers(n, apart)[0]
            w[n].grad = gradient[n].clone()
        sgd.step()
    return {n: v.detach() for n, v in w.items()}


def paper_form(momentum, decay, apart):
    """v = momentum v - decay rate w - rate g; w = w + v (Krizhevsky et al. 2012, section 5)."""
    w, v = {n: t.clone() for n, t in start.items()}, {n: torch.zeros_like(t) for n, t in start.items()}
    for lr, gradient in zip(SGD_LRS, given):
        for n in names:
            rate, own = multipliers(n, apart)
            v[n] = momentum * v[n] - decay * own * lr * rate * w[n] - lr * rate * gradient[n]
            w[n] = w[n] + v[n]
    return w


for form, update in {"pytorch": pytorch_form, "paper": paper_form}.items():
    for case, (momentum, decay, apart) in {
        "plain": (0, 0, False), "momentum": (0.9, 0, False), "decay": (0, 0.01, False),
        "both": (0.9, 0.01, False), "apart": (0.9, 0.01, True),
    }.items():
        out |= {f"sgd/{form}/{case}/{n}": v for n, v in update(momentum, decay, apart).items()}

logits, labels = rand(6, 7) * 4, torch.tensor([0, 3, 6, 2, 3, 1])
out["loss/logits"], out["loss/labels"] = logits, labels.to(torch.int32)
for smoothing in [0, 0.1, 0.5]:
    z = logits.clone().requires_grad_()
    losses = F.cross_entropy(z, labels, label_smoothing=smoothing, reduction="none")
    losses.mean().backward()
    out[f"loss/{smoothing}/losses"], out[f"loss/{smoothing}/gradient"] = losses.detach(), z.grad

out = {n: v if v.dtype == torch.int32 else v.float().contiguous() for n, v in out.items()}
save_file(out, sys.argv[1])
print(len(out), "tensors,", sum(v.numel() for v in out.values()), "values")
