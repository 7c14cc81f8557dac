#!/usr/bin/env python3
"""The benchmark's peer: pruned federated training of scorebound's mlp, and sampling with it, in PyTorch (float32).

It does what src/train and src/measure/generated_sample.c do, as one would write it in PyTorch for speed:

  * the constant factors of src/model/mlp.h are folded into the parameters (W' = alpha W, stepped with alpha^2 eta: the same training);
  * factors of the time are looked up in tables; data, noise and masks are drawn whole arrays at a time;
  * autograd makes the gradient, one _foreach_addcmul_ is the masked step;
  * workers step one after the other (--mode eager), or all of a round together in batched products (--mode together), these also
    through torch.compile (--mode compile) or, on a GPU, replayed as a CUDA graph of the round's local steps (--mode graph).

    federated.py training --network 2,64,2,128 --threads 1          d, width, depth, batch
    federated.py sampling --network 2,64,2,8192 --threads 2
    federated.py verify data/reference/mlp_torch.json               the network against the reference
    federated.py unet --image 1,8,8 --network 16,2,1,0,64           steps of a U-Net: width, depth, blocks, attention, batch
    federated.py version
    federated.py serve                                              one such command a line, until the input ends

Each answer is a line of JSON: medians, minima and means over the repetitions, on the clock and (processor_*) in CPU time. Training
warms up before.
"""
import argparse
import functools
import json
import math
import statistics
import sys
import time

import torch
import torch.nn.functional as F

WORKERS, LOCAL_STEPS, KEEP, RATE = 10, 5, 0.75, 1e-4
HORIZON, DELTA, MODES, RADIUS, DEVIATION = 3.0, 0.01, 8, 2.0, 0.6
SILU_MEAN = 0.20662096414190


def time_grid(K):
    """u_0 = T > ... > u_K = delta, uniform in log(e^2u - 1), in float64."""
    ends = torch.tensor([HORIZON, DELTA], dtype=torch.float64).mul(2).expm1().log()
    return torch.lerp(ends[0], ends[1], torch.arange(K + 1, dtype=torch.float64) / K).exp().log1p().mul(0.5)


def factors(d, width):
    """src/model/mlp_design.c; weights and bias of the first layer, the hidden ones, the last one."""
    return {"first": (1.5 * math.sqrt(2.0 / d), 0.5), "hidden": (0.8 / math.sqrt(width), 0.5), "last": (1.0 / math.sqrt(width), 0.2)}


def shapes(inputs, width, depth, d):
    """Of W_1, b_1, ..., W_o, b_o."""
    rows = [(width, inputs)] + [(width, width)] * (depth - 1) + [(d, width)]
    return [shape for W in rows for shape in (W, W[:1])]


def per_tensor(factor, depth):
    return [*factor["first"], *(factor["hidden"] * (depth - 1)), *factor["last"]]


def affine(h, W, b):
    """h (B,in), or for all workers at once h (N,B,in), W (N,out,in), b (N,out)."""
    return F.linear(h, W, b) if W.dim() == 2 else torch.baddbmm(b.unsqueeze(-2), h, W.transpose(-1, -2))


def network(theta, x, shift=SILU_MEAN, branch=1.0):
    """What the last layer gives, before the factor c_k."""
    h = F.silu(affine(x, theta[0], theta[1])).sub_(shift)
    for W, b in zip(theta[2:-2:2], theta[3:-2:2]):
        h = torch.add(h, F.silu(affine(h, W, b)), alpha=branch).sub_(branch * shift)
    return affine(h, theta[-2], theta[-1])


def loss_of(theta, x, scale, target, **constants):
    """sum of weight |c s - Z|^2, with sqrt(weight) in scale and target. Over all workers, where there are several."""
    return F.mse_loss(network(theta, x, **constants) * scale, target, reduction="sum")


class Training:
    """N workers that step one after the other (eager), or side by side (the other modes)."""

    def __init__(self, d, width, depth, batch, device, mode):
        self.d, self.batch, self.device = d, batch, device
        self.together = mode != "eager"
        self.shapes = shapes(d + 1, width, depth, d)
        self.rates = [-RATE * f * f for f in per_tensor(factors(d, width), depth)]
        self.sizes = [math.prod(shape) for shape in self.shapes]
        self.crew = (WORKERS,) if self.together else ()
        self.loss_of = torch.compile(loss_of) if mode == "compile" else loss_of
        self.tables(60, d, factors(d, width)["first"][0])
        pairs = zip(self.shapes, per_tensor(factors(d, width), depth))
        parts = [f * torch.randn(shape, device=device) for shape, f in pairs]
        for last in parts[-2:]:
            last.zero_()
        self.server = torch.cat([p.flatten() for p in parts])
        self.local = [torch.empty(self.crew + shape, device=device, requires_grad=True) for shape in self.shapes]
        self.mask = [torch.empty(self.crew + shape, device=device) for shape in self.shapes]
        self.loss_sum = torch.zeros((), device=device)
        self.graph = None
        if mode == "graph":
            self.capture()

    def tables(self, K, d, first):
        u = time_grid(K)
        gamma, u = u[:-1] - u[1:], u[:-1]
        log_snr, shrink, sigma2 = u.mul(2).expm1().log(), u.neg().exp(), -torch.expm1(-2 * u)
        within, total = DEVIATION ** 2, DEVIATION ** 2 + RADIUS ** 2 / d
        law = gamma / sigma2
        law = law / law.sum()
        low, high = math.log(math.expm1(2 * DELTA)), math.log(math.expm1(2 * HORIZON))
        emb = math.sqrt(3) * (2 * (log_snr - low) / (high - low) - 1) / first
        into = (sigma2 + shrink ** 2 * total).rsqrt()
        root = (gamma / (self.batch * law)).sqrt()
        columns = [into * shrink, into * sigma2.sqrt(), emb, root * (sigma2 + shrink ** 2 * within).rsqrt(), -root / sigma2.sqrt()]
        angle = torch.arange(MODES, dtype=torch.float64) * (2 * math.pi / MODES)
        mean = torch.zeros(MODES, d)
        mean[:, 0], mean[:, 1] = RADIUS * angle.cos(), RADIUS * angle.sin()
        self.table = torch.stack(columns, dim=1).float().to(self.device)
        self.time_law = law.cumsum(0)[:-1].float().to(self.device)  # the last index is what lies above all of them
        self.law = (torch.arange(1, MODES) / MODES).to(self.device)
        self.mean = mean.to(self.device)

    def draw(self):
        """Input x of the network, scale and target of a minibatch (of each worker)."""
        size = self.crew + (self.batch,)
        u = torch.rand((2,) + size, device=self.device)
        row = self.table[torch.bucketize(u[0], self.time_law)]
        z = torch.randn((2,) + size + (self.d,), device=self.device)
        x0 = torch.add(self.mean[torch.bucketize(u[1], self.law)], z[0], alpha=DEVIATION)
        x = torch.empty(size + (self.d + 1,), device=self.device)
        x[..., :self.d] = x0.mul_(row[..., 0:1]).addcmul_(z[1], row[..., 1:2])
        x[..., self.d] = row[..., 2]
        return x, row[..., 3:4], z[1].mul_(row[..., 4:5])

    def step(self):
        loss = self.loss_of(self.local, *self.draw())
        gradient = torch.autograd.grad(loss, self.local)
        with torch.no_grad():
            torch._foreach_addcmul_(self.local, gradient, self.mask, self.rates)
            self.loss_sum += loss

    def steps(self):
        if self.graph:
            self.graph.replay()
            return
        for _ in range(LOCAL_STEPS):
            self.step()

    def capture(self):
        with torch.no_grad():
            self.start()
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                self.step()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            for _ in range(LOCAL_STEPS):
                self.step()
        self.graph = graph

    def start(self):
        """A new mask, and the server's parameters under it. Returns the mask (N,D) or (D)."""
        mask = (torch.rand(self.crew + self.server.shape, device=self.device) < KEEP).float()
        for to, part in zip(self.mask, mask.split(self.sizes, dim=-1)):
            to.copy_(part.view(to.shape))
        for to, part in zip(self.local, (self.server * mask).split(self.sizes, dim=-1)):
            to.copy_(part.view(to.shape))
        return mask

    def flat(self):
        return torch.cat([p.detach().reshape(self.crew + (-1,)) for p in self.local], dim=-1)

    def round(self):
        if self.together:
            with torch.no_grad():
                count = self.start().sum(0)
            self.steps()
            total = self.flat().sum(0)
        else:
            total, count = torch.zeros_like(self.server), torch.zeros_like(self.server)
            for _ in range(WORKERS):
                with torch.no_grad():
                    count += self.start()
                self.steps()
                total += self.flat()
        self.server = torch.where(count > 0, total / count.clamp(min=1), self.server)


@torch.inference_mode()
def sample(theta, count, batch, K, d, device):
    """Y_K of `count` points by the exponential integrator; the time's part of the first layer is a bias of its own at each step."""
    u = time_grid(K)
    gamma, u = (u[:-1] - u[1:]).tolist(), u[:-1]
    log_snr, shrink2, sigma2 = u.mul(2).expm1().log(), (-2 * u).exp(), -torch.expm1(-2 * u)
    into = (sigma2 + shrink2 * (DEVIATION ** 2 + RADIUS ** 2 / d)).rsqrt().tolist()
    c = (sigma2 + shrink2 * DEVIATION ** 2).rsqrt().tolist()
    emb = log_snr.sub(log_snr.mean()).div(log_snr.std()).tolist()
    first = [(theta[0][:, :d] * into[k], theta[1] + theta[0][:, d] * emb[k]) for k in range(K)]
    last = [(theta[-2] * (2 * math.expm1(gamma[k]) * c[k]), theta[-1] * (2 * math.expm1(gamma[k]) * c[k])) for k in range(K)]
    out = torch.empty(count, d, device=device)
    for part in out.split(batch):
        y = torch.randn(part.shape, device=device)
        for k in range(K):
            h = F.silu(F.linear(y, *first[k]), inplace=True).sub_(SILU_MEAN)
            for W, b in zip(theta[2:-2:2], theta[3:-2:2]):
                h.add_(F.silu(F.linear(h, W, b), inplace=True)).sub_(SILU_MEAN)
            y.mul_(math.exp(gamma[k])).add_(F.linear(h, *last[k]))
            y.add_(torch.randn(part.shape, device=device), alpha=math.sqrt(math.expm1(2 * gamma[k])))
        part.copy_(y)
    return out


def repeat(work, count, device):
    """Seconds of each of `count` calls of work on the clock, and seconds of the processor of all of them."""
    taken, processor = [], time.process_time()
    for _ in range(count):
        if device != "cpu":
            torch.cuda.synchronize()
        start = time.perf_counter()
        work()
        if device != "cpu":
            torch.cuda.synchronize()
        taken.append(time.perf_counter() - start)
    return taken, time.process_time() - processor


@functools.lru_cache(maxsize=4)
def prepared(network, device, mode):
    """Kept from one command to the next, so that only the first one warms up."""
    run = Training(*network, device, mode)
    run.round()
    return run


def training(arguments):
    run = prepared(arguments.network, arguments.device, arguments.mode)
    run.loss_sum.zero_()
    taken, processor = repeat(run.round, arguments.repetitions, arguments.device)
    each = 1e6 / (WORKERS * LOCAL_STEPS)
    steps = WORKERS * LOCAL_STEPS * arguments.repetitions
    return {"us": each * statistics.median(taken), "least_us": each * min(taken), "mean_us": each * statistics.mean(taken),
            "processor_us": each * processor / len(taken), "loss": run.loss_sum.item() / steps}


def sampling(arguments):
    d, width, depth, batch = arguments.network
    pairs = zip(shapes(d + 1, width, depth, d), per_tensor(factors(d, width), depth))
    theta = [f * torch.randn(shape, device=arguments.device) for shape, f in pairs]
    taken, processor = repeat(lambda: sample(theta, arguments.points, batch, arguments.steps, d, arguments.device),
                              arguments.repetitions, arguments.device)
    return {"seconds": statistics.median(taken), "least_seconds": min(taken), "processor_seconds": processor / len(taken),
            "points": arguments.points, "steps": arguments.steps}


def unet(arguments):
    import unet as peer
    width, depth, blocks, attention, batch = arguments.network
    shape = {"width": width, "depth": depth, "blocks": blocks, "attention": attention}
    steps = peer.Steps(arguments.image, shape, batch)
    steps.step()
    taken, processor = repeat(steps.step, arguments.repetitions, "cpu")
    return {"us": 1e6 * statistics.median(taken), "least_us": 1e6 * min(taken), "mean_us": 1e6 * statistics.mean(taken),
            "processor_us": 1e6 * processor / len(taken), "parameters": sum(p.numel() for p in steps.theta)}


def verify(arguments):
    """Largest deviations from score, loss and gradient of the reference, each over the reference's largest entry."""
    with open(arguments.file, encoding="ascii") as file:
        given = json.load(file)
    shape, f = given["shape"], given["factors"]
    d, width, depth, E = (shape[name] for name in ("d", "width", "depth", "embedding"))
    value = {name: torch.tensor(x) for name, x in given.items() if isinstance(x, list)}
    k, y = value["k"], value["y"].view(-1, d)
    all_shapes = shapes(d + E, width, depth, d)
    factor = per_tensor({"first": (f["input"], f["input_bias"]), "hidden": (f["hidden"], f["hidden_bias"]),
                         "last": (f["output"], f["output_bias"])}, depth)
    parts = value["theta"].split([math.prod(s) for s in all_shapes])
    theta = [(a * part.view(s)).requires_grad_() for a, part, s in zip(factor, parts, all_shapes)]
    x = torch.cat([y, value["emb"].view(-1, E)[k]], dim=1)
    base, c, root = value["base"][k, None] * y, value["c"][k, None], value["weight"].sqrt()[:, None]
    constants = {"shift": f["shift"], "branch": f["branch"]}
    score = base + c * network(theta, x, **constants)
    loss = loss_of(theta, x, root * c, root * (value["target"].view(-1, d) - base), **constants)
    gradient = torch.cat([(a * g).flatten() for a, g in zip(factor, torch.autograd.grad(loss, theta))])

    def deviation(found, wanted):
        return ((found.detach().flatten() - wanted).abs().max() / wanted.abs().max()).item()

    return {"score": deviation(score, value["score"]), "loss": deviation(loss, torch.tensor([given["loss"]])),
            "gradient": deviation(gradient, value["gradient"])}


def parser():
    top = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(dest="command", required=True)
    for name, work in (("training", training), ("sampling", sampling)):
        command = commands.add_parser(name)
        command.set_defaults(work=work)
        command.add_argument("--network", type=lambda text: tuple(map(int, text.split(","))), required=True)
        command.add_argument("--threads", type=int, default=1)
        command.add_argument("--device", default="cpu")
        command.add_argument("--mode", choices=("eager", "together", "compile", "graph"), default="eager")
        command.add_argument("--repetitions", type=int, default=9)
        command.add_argument("--points", type=int, default=1000000)
        command.add_argument("--steps", type=int, default=100)
    command = commands.add_parser("unet")
    command.set_defaults(work=unet, device="cpu")
    command.add_argument("--image", type=lambda text: tuple(map(int, text.split(","))), required=True)
    command.add_argument("--network", type=lambda text: tuple(map(int, text.split(","))), required=True)
    command.add_argument("--threads", type=int, default=1)
    command.add_argument("--repetitions", type=int, default=9)
    command = commands.add_parser("verify")
    command.set_defaults(work=verify, threads=1, device="cpu")
    command.add_argument("file")
    commands.add_parser("version").set_defaults(work=lambda arguments: {}, threads=1, device="cpu")
    commands.add_parser("serve").set_defaults(work=None)
    return top


def answer(arguments):
    torch.set_num_threads(arguments.threads)
    found = arguments.work(arguments)
    device = torch.cuda.get_device_name() if arguments.device != "cpu" else "cpu"
    print(json.dumps({**found, "torch": torch.__version__, "threads": arguments.threads, "device": device}), flush=True)


def main():
    commands = parser()
    arguments = commands.parse_args()
    if arguments.work:
        answer(arguments)
        return
    for line in sys.stdin:
        answer(commands.parse_args(line.split()))


if __name__ == "__main__":
    main()
