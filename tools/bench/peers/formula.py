"""Weights and batches by a formula of names and a seed, as Crossfade's `benchmark --formula-weights`."""

import numpy
import torch

CLASSES = 19
IGNORE = 255
PART = 2**20
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
MEAN_BGR = (104.00698793, 116.66876762, 122.67891434)


def uniform(name, count, seed, start=0):
    """`count` numbers in [-1, 1) from number `start` on: splitmix64 from the 64-bit FNV-1a of `name`."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = (state ^ byte) * 0x100000001B3 % 2**64
    z = numpy.arange(start + 1, start + count + 1, dtype=numpy.uint64)
    z *= numpy.uint64(0x9E3779B97F4A7C15)
    z += numpy.uint64((state + seed) % 2**64)
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    z ^= z >> numpy.uint64(31)
    return (z >> numpy.uint64(40)).astype(numpy.float64) / 2**23 - 1


def formula_value(name, shape, seed):
    """A tensor by the last part of its published name."""
    part = name.rsplit(".", 1)[-1]
    value = numpy.empty(int(numpy.prod(shape)), numpy.float32)
    # In parts: the memory of a large kernel's making must not count as its work's.
    for start in range(0, value.size, PART):
        u = uniform(name, min(PART, value.size - start), seed, start)
        if part == "running_var":
            u = 1 + 0.5 * abs(u)
        elif part == "weight" and len(shape) >= 2:
            u *= (3 / numpy.prod(shape[1:])) ** 0.5
        elif part == "weight":
            u = 1 + 0.1 * u
        else:
            u *= 0.1
        value[start : start + PART] = u
    return torch.from_numpy(value.reshape(shape))


def assign_formula(module, seed):
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            if tensor.is_floating_point():  # Batch norm also counts its batches.
                tensor.copy_(formula_value(name, tuple(tensor.shape), seed))


def formula_pixels(stream, height, width, seed, index=0):
    """Image `index` of a stream as drawn: RGB, [1, 3, H, W], bytes."""
    u = uniform(f"{stream}.{index}.image", height * width * 3, seed)
    pixels = (128 * (u + 1)).astype(numpy.uint8).reshape(1, height, width, 3)
    return torch.from_numpy(pixels).permute(0, 3, 1, 2)


def formula_labels(stream, height, width, seed, index=0):
    """Its labels, [1, H, W]."""
    u = uniform(f"{stream}.{index}.labels", height * width, seed)
    labels = ((CLASSES + 1) * (u + 1) / 2).astype(numpy.int64).reshape(1, height, width)
    labels = torch.from_numpy(labels)
    labels[labels == CLASSES] = IGNORE
    return labels


def formula_batch(stream, height, width, seed, index=0):
    """Image `index` of a stream, normalised, [1, 3, H, W], and its labels, [1, H, W]."""
    image = formula_pixels(stream, height, width, seed, index).float() / 255
    image = (image - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(DEVIATION).view(3, 1, 1)
    return image.contiguous(), formula_labels(stream, height, width, seed, index)


def centred_bgr(images):
    """RGB in 0..255, [N, 3, H, W], as networks that Caffe trained see it: BGR minus its mean."""
    return images.flip(1).float() - torch.tensor(MEAN_BGR).view(3, 1, 1)
