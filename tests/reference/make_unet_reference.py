#!/usr/bin/env python3
"""Writes data/reference/unet_torch.json: score, loss, gradient and Hessian-vector product of small U-Nets, by PyTorch in float64.

The network is the one in the head of src/model/unet_design.c, as tests/bench/peers/unet.py has it. The numbers that the tests need are stored in the file: tables, theta, samples.

    python3 tests/reference/make_unet_reference.py      (needs torch; run in the root of the source tree)
"""
import hashlib
import json
import math
import pathlib
import platform
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "bench" / "peers"))
from unet import Network  # noqa: E402

SEED = 2385
E, K, B = 3, 5, 3
SHAPES = [{"channels": 2, "height": 8, "width_pixels": 4, "width": 2, "depth": 3, "blocks": 1, "attention": 0},
          {"channels": 1, "height": 4, "width_pixels": 6, "width": 2, "depth": 2, "blocks": 2, "attention": 1}]
TARGET = pathlib.Path(__file__).resolve().parents[2] / "data" / "reference"


class Pieces:
    """Hands out theta piece by piece; without theta it counts."""

    def __init__(self, theta=None):
        self.theta, self.at = theta, 0

    def __call__(self, factor, *sizes):
        n = math.prod(sizes)
        piece = torch.zeros(sizes, dtype=torch.float64) if self.theta is None else self.theta[self.at:self.at + n].view(sizes)
        self.at += n
        return factor * piece


def case(shape, generator):
    def normal(*size):
        return torch.randn(*size, generator=generator, dtype=torch.float64).mul(1000).round().div(1000)  # few digits to store

    image = (shape["channels"], shape["height"], shape["width_pixels"])
    d = math.prod(image)
    emb, c, base, into = normal(K, E), torch.exp(0.5 * normal(K)), normal(K), torch.exp(0.3 * normal(K))
    k = torch.randint(0, K, (B,), generator=generator)
    y, target, weight = 1.5 * normal(B, d), normal(B, d), torch.exp(normal(B))
    count = Pieces()
    Network(shape, count)(y.view(B, *image), emb[k])
    D = count.at
    theta, v = 0.9 * normal(D), normal(D)

    def scores(parameters):
        out = Network(shape, Pieces(parameters))((into[k, None] * y).view(B, *image), emb[k]).flatten(1)
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
