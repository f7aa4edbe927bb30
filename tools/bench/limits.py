"""What this machine can do at most: a large matrix product and a 3x3 convolution."""

import platform
import time

import torch
import torch.nn.functional as F


def machine(threads):
    """The machine's description and its rates, in GFLOP/s (a multiplication and an addition are two)."""
    torch.set_num_threads(threads)
    n = 2048
    # As a 1x1 convolution: Debian's plain BLAS is forty times slower than what convolutions are made of.
    a, b = torch.ones(1, n, 32, n // 32), torch.ones(n, n, 1, 1)
    x, kernel = torch.ones(1, 256, 64, 128), torch.ones(256, 256, 3, 3)
    with torch.no_grad():
        product = rate(lambda: F.conv2d(a, b), 2 * n**3)
        convolution = rate(lambda: F.conv2d(x, kernel, padding=1), 2 * 256 * 256 * 9 * 64 * 128)
    return {
        "processor": processor(),
        "threads": threads,
        "system": platform.platform(terse=True),
        "pytorch": torch.__version__,
        "matrix product": product,
        "3x3 convolution": convolution,
    }


def best(a, b):
    """The higher rates of two measurements of one machine."""
    rates = ("matrix product", "3x3 convolution")
    return {**a, **{key: max(a[key], b[key]) for key in rates}}


def text(m):
    return (
        f"The machine: {m['processor']}, {m['threads']} threads, {m['system']}, PyTorch {m['pytorch']};"
        f" matrix product {m['matrix product']:.0f} GFLOP/s, 3x3 convolution"
        f" {m['3x3 convolution']:.0f} GFLOP/s (the best of all tries)"
    )


def rate(work, operations):
    work()
    seconds = []
    for _ in range(5):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return operations / min(seconds) / 1e9


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            names = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
        return names[0] if names else platform.machine()
    except OSError:
        return platform.processor() or platform.machine()
