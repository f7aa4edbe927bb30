#!/usr/bin/python3
"""Measures one peer: iterations of a work in PyTorch, their losses, peak memory.

A peer is a module of `peers` with a class `Peer`, made of the work's options, with

    images            how many of them an iteration takes
    iterate(number)   does iteration `number`, from 0, and returns its unweighted losses by name, or
                      whatever else shows that it is the same work

and, where it has options of its own, a function `options(parser)`. Weights and images follow a formula
of names and a seed (`peers/formula.py`), the same as Crossfade's `benchmark --formula-weights`, so that
the losses can be compared. A peer that says `differentiates_twice` is not asked how many operations it takes.
"""

import argparse
import contextlib
import importlib
import json
import pathlib
import resource
import statistics
import sys
import time

import torch
from torch.overrides import TorchFunctionMode

PEERS = sorted(
    file.stem
    for file in (pathlib.Path(__file__).parent / "peers").glob("*.py")
    if "class Peer" in file.read_text(encoding="utf-8")
)


def forget_peak():
    """From here on the peak is that of the iterations, not of making weights; Linux alone can do it."""
    try:
        pathlib.Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        pass


def peak_memory():
    """The largest resident set, in bytes."""
    try:
        status = pathlib.Path("/proc/self/status").read_text(encoding="ascii")
        return 1024 * int(next(l for l in status.splitlines() if l.startswith("VmHWM:")).split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Products(TorchFunctionMode):
    """Counts the operations of convolutions and matrix products: forward, and backward where there is
    a gradient. A multiplication and an addition are two."""

    def __init__(self):
        super().__init__()
        self.flop = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        name = getattr(function, "__name__", "")
        if name in ("conv2d", "linear", "matmul", "bmm", "__matmul__"):
            a, b = args[0], args[1] if len(args) > 1 else kwargs["weight"]
            depth = b.numel() // b.shape[0] if name in ("conv2d", "linear") else a.shape[-1]
            passes = 1
            if result.requires_grad:
                passes += int(a.requires_grad) + int(b.requires_grad)
            self.flop += 2 * result.numel() * depth * passes
        return result


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in PEERS:
        sys.exit(f"usage: peer.py PEER [options]; there are {', '.join(PEERS)}")
    module = importlib.import_module(f"peers.{sys.argv[1]}")
    parser = argparse.ArgumentParser(prog=f"peer.py {sys.argv[1]}", description=module.__doc__)
    parser.add_argument("--iterations", type=int, default=5, help="how many are measured")
    parser.add_argument("--warm-up", type=int, default=1, help="how many are not counted")
    parser.add_argument("--formula-weights", dest="seed", type=int, default=11, metavar="SEED")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", help="also write the figures to this file")
    if hasattr(module, "options"):
        module.options(parser)
    arguments = parser.parse_args(sys.argv[2:])
    if arguments.iterations < 1 or arguments.warm_up < 0:
        parser.error("--iterations must be at least 1 and --warm-up at least 0")
    torch.set_num_threads(arguments.threads)

    peer = module.Peer(arguments)
    seconds, losses = [], []
    forget_peak()
    products = Products()
    for number in range(arguments.warm_up + arguments.iterations):
        before = time.perf_counter()
        with products if number == 0 else contextlib.nullcontext():
            losses.append(peer.iterate(number))
        seconds.append(time.perf_counter() - before)
    measured = seconds[arguments.warm_up :]
    peak = peak_memory()

    print(f"PyTorch {torch.__version__}, {arguments.threads} threads, {sys.argv[1]}")
    print("losses of the first iteration:", " ".join(f"{k} {v:.6g}" for k, v in losses[0].items()))
    for i, value in enumerate(measured, 1):
        print(f"{i:9d} {value:8.4f} {peer.images / value:9.3f} images/s")
    print(
        f"median {statistics.median(measured):.4f} s, min {min(measured):.4f} s,"
        f" max {max(measured):.4f} s; peak resident memory {peak / 1e6:.0f} MB"
    )
    if arguments.json:
        result = {
            "imagesPerIteration": peer.images,
            "warmUp": arguments.warm_up,
            "flop": 0 if getattr(peer, "differentiates_twice", False) else products.flop,
            "firstLosses": losses[0],
            "iterations": [{"seconds": value} for value in measured],
            "peakBytes": peak,
        }
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=2)


if __name__ == "__main__":
    main()
