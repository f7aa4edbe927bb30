"""Files that both programs read: scenes in Cityscapes' published tree, and a checkpoint."""

import sys

import numpy
import torch
import torchvision
from PIL import Image

from peers.scenes import IDS

WIDTH, HEIGHT = 2048, 1024
CITY = "bench"
COUNTS = {"train": 8, "val": 2}


def write(folder, seed):
    """Writes what is not there yet."""
    random = numpy.random.default_rng(seed)
    for split, count in COUNTS.items():
        for number in range(count):
            name = f"{CITY}_{number:06d}_000019"
            image = folder / "cityscapes" / "leftImg8bit" / split / CITY / f"{name}_leftImg8bit.png"
            labels = folder / "cityscapes" / "gtFine" / split / CITY / f"{name}_gtFine_labelIds.png"
            blocks, pixels = scene(random)
            for file, content in ((labels, blocks), (image, pixels)):
                if not file.exists():
                    file.parent.mkdir(parents=True, exist_ok=True)
                    Image.fromarray(content).save(file)
    checkpoint = folder / "resnet101.pth"
    if not checkpoint.exists():
        torch.save(published_weights(seed), checkpoint)


def scene(random):
    """Label blocks of 64x64, and an image of a colour and a shade a block with a sensor's noise."""
    cells = random.integers(0, len(IDS), (HEIGHT // 64, WIDTH // 64))
    blocks = numpy.kron(numpy.asarray(IDS, numpy.uint8)[cells], numpy.ones((64, 64), numpy.uint8))
    colours = random.integers(30, 220, (len(IDS), 3))
    shade = numpy.linspace(-20, 20, WIDTH)[None, :, None] * numpy.cos(numpy.arange(HEIGHT) / 90)[:, None, None]
    pixels = numpy.kron(colours[cells], numpy.ones((64, 64, 1))) + shade
    pixels += random.normal(0, 3, pixels.shape)
    return blocks, pixels.clip(0, 255).astype(numpy.uint8)


def published_weights(seed):
    """ResNet-101 as torchvision publishes it, 170 MB, with formula weights."""
    from peers.formula import formula_value

    state = torchvision.models.resnet101().state_dict()
    return {
        name: formula_value(name, tuple(value.shape), seed) if value.is_floating_point() else value
        for name, value in state.items()
    }


if __name__ == "__main__":
    sys.exit("run tools/bench/run")
