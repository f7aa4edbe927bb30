"""The random numbers that Crossfade draws in its graphs: TensorFlow's `StatelessRandomUniform`.

Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011), whose key and
counter are themselves made of the two words of a seed. What an iteration draws is a function of the
run's seed, of the iteration and of the names of what it is drawn for.
"""

import hashlib

import numpy

WORD, LONG = 2**32, 2**64


def philox(counters, key):
    """Ten rounds on [n, 4] counters."""
    x = [counters[:, i].astype(numpy.uint64) for i in range(4)]
    low, high = key
    for _ in range(10):
        a, b = x[0] * numpy.uint64(0xD2511F53), x[2] * numpy.uint64(0xCD9E8D57)
        x = [
            (b >> numpy.uint64(32)) ^ x[1] ^ numpy.uint64(low),
            b & numpy.uint64(WORD - 1),
            (a >> numpy.uint64(32)) ^ x[3] ^ numpy.uint64(high),
            a & numpy.uint64(WORD - 1),
        ]
        low, high = (low + 0x9E3779B9) % WORD, (high + 0xBB67AE85) % WORD
    return numpy.stack(x, axis=1)


def words(value):
    return [value % WORD, value // WORD % WORD]


def stateless_uniform(count, seed):
    """`count` numbers in [0, 1) of the seed, two whole numbers."""
    start = numpy.array([words(seed[0] % LONG) + words(seed[1] % LONG)])
    mixed = [int(word) for word in philox(start, (0x3EC8F720, 0x02461E29))[0]]
    counters = numpy.zeros((-(-count // 4), 4), dtype=numpy.uint64)
    counters[:, 0] = numpy.arange(len(counters))
    # The counter is one number of 128 bits; its lower half never overflows here.
    counters[:, 2:] = mixed[2:]
    bits = philox(counters, mixed[:2]).reshape(-1)[:count]
    return (bits & numpy.uint64(2**23 - 1)).astype(numpy.float32) / numpy.float32(2**23)


def drawn(count, run_seed, iteration, *uses):
    """`count` numbers in [0, 1) that the iteration draws for `uses`, from the outermost inwards."""
    salts = (
        int.from_bytes(hashlib.sha256(use.encode()).digest()[:8], "little") for use in uses
    )
    return stateless_uniform(count, (run_seed + sum(salts), iteration))
