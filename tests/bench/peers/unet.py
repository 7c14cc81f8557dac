"""The U-Net of src/model/unet_design.c in PyTorch, and a worker's step of its training as one would write it there for speed."""
import math

import torch
import torch.nn.functional as F

SILU_MEAN, SILU_SCALE, BIAS, GAIN, BRANCH, EPSILON = 0.20662096414190, 1.787228, 0.2, 0.2, 0.5, 1e-5
GROUPS, GROUP_LEAST, EMBEDDING = 8, 16, 8


def silu(z):
    return SILU_SCALE * (F.silu(z) - SILU_MEAN)


class Network:
    """network(shape, take): take(factor, *sizes) hands out the factor times the next piece of theta, in the order of the C code."""

    def __init__(self, shape, take):
        self.shape, self.take = shape, take

    def conv(self, x, out, kernel, factor=1.0):
        inputs = x.shape[1] * kernel * kernel
        W = self.take(factor / math.sqrt(inputs), out, x.shape[1], kernel, kernel)
        return F.conv2d(x, W, self.take(BIAS, out), padding=kernel // 2)

    def layer(self, x, out):
        W = self.take(1 / math.sqrt(x.shape[1]), out, x.shape[1])
        return F.linear(x, W, self.take(BIAS, out))

    def norm(self, x):
        channels, numbers = x.shape[1], x[0].numel()
        fits = (g for g in range(2, GROUPS + 1) if channels % g == 0 and numbers // g >= GROUP_LEAST)
        gain = self.take(GAIN, channels)
        return F.group_norm(x, max(fits, default=1), 1 + gain, self.take(BIAS, channels), EPSILON)

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

    def __call__(self, x, emb):
        width, depth, blocks = self.shape["width"], self.shape["depth"], self.shape["blocks"]
        t = silu(self.layer(silu(self.layer(emb, 2 * width)), 2 * width))
        channels = [width] + [2 * width] * (depth - 1)
        kept = []
        h = self.conv(x, width, 3)
        for level in range(depth):
            if level:
                h = F.avg_pool2d(h, 2)
            for _ in range(blocks):
                h = self.block(h, t, channels[level])
                kept.append(h)
        del kept[-blocks:]
        if self.shape["attention"]:
            h = self.attention(h)
            for _ in range(blocks):
                h = self.block(h, t, channels[-1])
        for level in reversed(range(depth - 1)):
            h = F.interpolate(h, scale_factor=2, mode="nearest")
            for _ in range(blocks):
                h = self.block(torch.cat([h, kept.pop()], dim=1), t, channels[level])
        return self.conv(silu(self.norm(h)), x.shape[1], 3)


class Steps:
    """Plain SGD of one worker on a thousand images; the factors of the layers are folded into the parameters, and their squares into the
    rates."""

    K, RATE = 60, 1e-4

    def __init__(self, image, shape, batch):
        self.image, self.batch = image, batch
        self.theta, self.rates = [], []
        generator = torch.Generator().manual_seed(1)

        def make(factor, *sizes):
            piece = torch.randn(sizes, generator=generator).mul_(factor) if len(sizes) > 1 else torch.zeros(sizes)
            self.theta.append(piece.requires_grad_())
            self.rates.append(-self.RATE * factor * factor)
            return piece

        with torch.no_grad():
            Network(shape, make)(torch.zeros(1, *image), torch.zeros(1, EMBEDDING))
        self.network = Network(shape, lambda factor, *sizes: next(self.pieces))
        self.data = torch.rand((1000, *image), generator=generator).mul_(2).sub_(1)
        self.emb = torch.randn(self.K, EMBEDDING, generator=generator)
        u = torch.linspace(3, 0.05, self.K)
        self.shrink, self.sigma = u.neg().exp(), torch.expm1(-2 * u).neg().sqrt()

    def step(self):
        k = torch.randint(self.K, (self.batch,))
        a, sigma = self.shrink[k].view(-1, 1, 1, 1), self.sigma[k].view(-1, 1, 1, 1)
        z = torch.randn(self.batch, *self.image)
        y = torch.addcmul(self.data[torch.randint(len(self.data), (self.batch,))] * a, z, sigma)
        self.pieces = iter(self.theta)
        s = torch.addcmul(-y, self.network(y, self.emb[k]), 1 / sigma)
        loss = F.mse_loss(s, -z / sigma, reduction="sum") / self.batch
        gradient = torch.autograd.grad(loss, self.theta)
        with torch.no_grad():
            for p, g, rate in zip(self.theta, gradient, self.rates):
                p.add_(g, alpha=rate)
        return loss
