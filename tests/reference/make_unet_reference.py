#!/usr/bin/env python3
"""Writes data/reference/unet_torch.json: score, loss, gradient and Hessian-vector product of small U-Nets, by PyTorch in float64.

The network is the one in the head of src/model/unet_design.c with the constants that stand there; theta is read in the order in which
that file adds nodes. The numbers that the tests need are stored in the file: tables, theta, samples.

    python3 tests/reference/make_unet_reference.py      (needs torch; run in the root of the source tree)
"""
import hashlib
import json
import math
import pathlib
import platform

import torch
import torch.nn.functional as F

SEED = 2385
E, K, B = 3, 5, 3
SHAPES = [{"channels": 2, "height": 8, "width_pixels": 4, "width": 2, "depth": 3, "blocks": 1, "attention": 0},
          {"channels": 1, "height": 4, "width_pixels": 6, "width": 2, "depth": 2, "blocks": 2, "attention": 1}]
SILU_MEAN, SILU_SCALE, BIAS, GAIN, BRANCH, EPSILON = 0.20662096414190, 1.787228, 0.2, 0.2, 0.5, 1e-5
TARGET = pathlib.Path(__file__).resolve().parents[2] / "data" / "reference"


def silu(z):
    return SILU_SCALE * (F.silu(z) - SILU_MEAN)


class Reader:
    """Hands out theta piece by piece; without theta it counts."""

    def __init__(self, theta=None):
        self.theta, self.at = theta, 0

    def take(self, *shape):
        n = math.prod(shape)
        piece = torch.zeros(shape, dtype=torch.float64) if self.theta is None else self.theta[self.at:self.at + n].view(shape)
        self.at += n
        return piece

    def conv(self, x, out, kernel, factor=1.0):
        inputs = x.shape[1] * kernel * kernel
        W = self.take(out, x.shape[1], kernel, kernel)
        b = self.take(out)
        return F.conv2d(x, factor / math.sqrt(inputs) * W, BIAS * b, padding=kernel // 2)

    def layer(self, x, out):
        W = self.take(out, x.shape[1])
        b = self.take(out)
        return F.linear(x, W / math.sqrt(x.shape[1]), BIAS * b)

    def norm(self, x):
        channels = x.shape[1]
        groups = max(g for g in range(1, 9) if g == 1 or channels % g == 0 and x[0].numel() >= 16 * g)
        gain, shift = self.take(channels), self.take(channels)
        return F.group_norm(x, groups, 1 + GAIN * gain, BIAS * shift, EPSILON)

    def block(self, x, t, out):
        e = self.layer(t, out)
        h = self.conv(silu(self.norm(x)), out, 3) + e[:, :, None, None]
        skip = x if x.shape[1] == out else self.conv(x, out, 1)
        return skip + self.conv(silu(self.norm(h)), out, 3, BRANCH)

    def attention(self, x):
        z = self.norm(x)
        channels = x.shape[1]
        q, k, v = (self.conv(z, channels, 1).flatten(2) for _ in range(3))
        p = torch.softmax(q.transpose(1, 2) @ k / math.sqrt(channels), dim=-1)
        return x + self.conv((v @ p.transpose(1, 2)).view(x.shape), channels, 1, BRANCH)


def network(shape, read, x, emb):
    width, depth, blocks = shape["width"], shape["depth"], shape["blocks"]
    t = silu(read.layer(silu(read.layer(emb, 2 * width)), 2 * width))
    channels = [width] + [2 * width] * (depth - 1)
    kept = []
    h = read.conv(x, width, 3)
    for level in range(depth):
        if level:
            h = F.avg_pool2d(h, 2)
        for _ in range(blocks):
            h = read.block(h, t, channels[level])
            kept.append(h)
    del kept[-blocks:]
    if shape["attention"]:
        h = read.attention(h)
        for _ in range(blocks):
            h = read.block(h, t, channels[-1])
    for level in reversed(range(depth - 1)):
        h = F.interpolate(h, scale_factor=2, mode="nearest")
        for _ in range(blocks):
            h = read.block(torch.cat([h, kept.pop()], dim=1), t, channels[level])
    return read.conv(silu(read.norm(h)), x.shape[1], 3)


def case(shape, generator):
    def normal(*size):
        return torch.randn(*size, generator=generator, dtype=torch.float64).mul(1000).round().div(1000)  # few digits to store

    image = (shape["channels"], shape["height"], shape["width_pixels"])
    d = math.prod(image)
    emb, c, base, into = normal(K, E), torch.exp(0.5 * normal(K)), normal(K), torch.exp(0.3 * normal(K))
    k = torch.randint(0, K, (B,), generator=generator)
    y, target, weight = 1.5 * normal(B, d), normal(B, d), torch.exp(normal(B))
    count = Reader()
    network(shape, count, y.view(B, *image), emb[k])
    D = count.at
    theta, v = 0.9 * normal(D), normal(D)

    def scores(parameters):
        out = network(shape, Reader(parameters), (into[k, None] * y).view(B, *image), emb[k]).flatten(1)
        return base[k, None] * y + c[k, None] * out

    def loss(parameters):
        return (weight * ((scores(parameters) - target) ** 2).sum(dim=1)).sum()

    value, Hv = torch.autograd.functional.hvp(loss, theta, v)
    gradient = torch.autograd.functional.jacobian(loss, theta)
    content = {"shape": {**shape, "embedding": E, "K": K, "B": B}, "emb": emb, "in": into, "c": c, "base": base, "theta": theta,
               "v": v, "k": k, "y": y, "target": target, "weight": weight, "score": scores(theta), "loss": value,
               "gradient": gradient, "Hv": Hv}
    return {name: [float(f"{z:.14g}") for z in x.flatten().tolist()] if torch.is_tensor(x) and x.dim() else x.item() if torch.is_tensor(x) else x
            for name, x in content.items()}


def main():
    generator = torch.Generator().manual_seed(SEED)
    text = json.dumps([case(shape, generator) for shape in SHAPES], separators=(",", ":")).replace('],"', '],\n"') + "\n"
    (TARGET / "unet_torch.json").write_text(text, encoding="ascii")
    (TARGET / "unet_torch.info").write_text(
        "file     unet_torch.json\n"
        "source   tests/reference/make_unet_reference.py\n"
        "method   PyTorch autograd in float64: forward, jacobian, functional.hvp of the formulas in src/model/unet_design.c\n"
        f"seed     {SEED}\n"
        f"versions torch {torch.__version__}, Python {platform.python_version()}\n"
        f"sha256   {hashlib.sha256(text.encode('ascii')).hexdigest()}\n", encoding="ascii")


if __name__ == "__main__":
    main()
