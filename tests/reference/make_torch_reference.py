#!/usr/bin/env python3
"""Writes data/reference/mlp_torch.json: score, loss, gradient and Hessian-vector product of a small mlp, by PyTorch in float64.

The formulas are those in the head of src/model/mlp.h; every number that they depend on is stored in the file, factors included, so
the test in C builds the same network from the file alone.

    python3 tests/reference/make_torch_reference.py      (needs torch; run in the root of the source tree)
"""
import hashlib
import json
import pathlib
import platform

import torch

SEED = 2385
SHAPE = {"d": 3, "width": 5, "depth": 3, "embedding": 4, "K": 6, "B": 7}
FACTORS = {"input": 0.715, "input_bias": 1.3, "hidden": 0.885, "hidden_bias": 0.46, "branch": 0.615, "output": 1.6,
           "output_bias": 2.385, "shift": 0.2066}
TARGET = pathlib.Path(__file__).resolve().parents[2] / "data" / "reference"


def unpack(theta):
    """W_1, b_1, ..., W_o, b_o: views of theta in the order of mlp.h."""
    d, width, depth, inputs = SHAPE["d"], SHAPE["width"], SHAPE["depth"], SHAPE["d"] + SHAPE["embedding"]
    shapes = [(width, inputs)] + [(width, width)] * (depth - 1) + [(d, width)]
    layers, at = [], 0
    for rows, columns in shapes:
        W = theta[at:at + rows * columns].reshape(rows, columns)
        b = theta[at + rows * columns:at + rows * columns + rows]
        layers.append((W, b))
        at += rows * columns + rows
    assert at == theta.numel()
    return layers


def score(theta, y, emb, c, base):
    """s (B,d) for y (B,d), emb (B,E), c (B,1), base (B,1)."""
    f = FACTORS
    *hidden, (W_o, b_o) = unpack(theta)

    def act(z):
        return torch.nn.functional.silu(z) - f["shift"]

    W, b = hidden[0]
    h = act(f["input"] * torch.cat([y, emb], dim=1) @ W.T + f["input_bias"] * b)
    for W, b in hidden[1:]:
        h = h + f["branch"] * act(f["hidden"] * h @ W.T + f["hidden_bias"] * b)
    return base * y + c * (f["output"] * h @ W_o.T + f["output_bias"] * b_o)


def main():
    generator = torch.Generator().manual_seed(SEED)

    def normal(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    d, width, depth, E, K, B = (SHAPE[name] for name in ("d", "width", "depth", "embedding", "K", "B"))
    D = width * (d + E + 1) + (depth - 1) * width * (width + 1) + d * (width + 1)
    theta, v = 0.7 * normal(D), normal(D)
    emb, c, base = normal(K, E), torch.exp(0.5 * normal(K)), normal(K)
    k = torch.randint(0, K, (B,), generator=generator)
    y, target, weight = 1.5 * normal(B, d), normal(B, d), torch.exp(normal(B))

    def scores(parameters):
        return score(parameters, y, emb[k], c[k, None], base[k, None])

    def loss(parameters):
        return (weight * ((scores(parameters) - target) ** 2).sum(dim=1)).sum()

    value, Hv = torch.autograd.functional.hvp(loss, theta, v)
    gradient = torch.autograd.functional.jacobian(loss, theta)
    content = {"shape": SHAPE, "factors": FACTORS, "emb": emb, "c": c, "base": base, "theta": theta, "v": v, "k": k, "y": y,
               "target": target, "weight": weight, "score": scores(theta), "loss": value, "gradient": gradient, "Hv": Hv}
    content = {name: x.flatten().tolist() if torch.is_tensor(x) and x.dim() else x.item() if torch.is_tensor(x) else x
               for name, x in content.items()}
    TARGET.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, indent=1) + "\n"
    (TARGET / "mlp_torch.json").write_text(text, encoding="ascii")
    (TARGET / "mlp_torch.info").write_text(
        "file     mlp_torch.json\n"
        "source   tests/reference/make_torch_reference.py\n"
        "method   PyTorch autograd in float64: forward, jacobian, functional.hvp of the formulas in src/model/mlp.h\n"
        f"seed     {SEED}\n"
        f"versions torch {torch.__version__}, Python {platform.python_version()}\n"
        f"sha256   {hashlib.sha256(text.encode('ascii')).hexdigest()}\n", encoding="ascii")


if __name__ == "__main__":
    main()
