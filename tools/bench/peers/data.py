"""Batches of labelled images from 2048x1024 PNGs: decoding, random scale, crop, flip.

A DataLoader with as many worker processes as there are threads.
"""

import random

import numpy
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset, RandomSampler

from peers.formula import IGNORE
from peers.scenes import pairs, read

SCALES = (0.5, 1.5)


def options(parser):
    parser.add_argument("--root", required=True)
    parser.add_argument("--height", type=int, default=512)
    parser.add_argument("--width", type=int, default=1024)
    parser.add_argument("--batch", type=int, default=4)


class Scenes(Dataset):
    """Scaled by a random factor, cropped at random, flipped every other time."""

    def __init__(self, files, height, width):
        self.files, self.height, self.width = files, height, width

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        image, labels = read(self.files[index])
        scale = random.uniform(*SCALES)
        size = (int(scale * image.width), int(scale * image.height))
        image, labels = image.resize(size, Image.BICUBIC), labels.resize(size, Image.NEAREST)
        left = random.randint(min(0, size[0] - self.width), max(0, size[0] - self.width))
        top = random.randint(min(0, size[1] - self.height), max(0, size[1] - self.height))
        window = (left, top, left + self.width, top + self.height)
        canvas = Image.new("L", (self.width, self.height), IGNORE)
        canvas.paste(labels, (-left, -top))
        image, labels = image.crop(window), canvas
        if random.random() < 0.5:
            image = image.transpose(Image.FLIP_LEFT_RIGHT)
            labels = labels.transpose(Image.FLIP_LEFT_RIGHT)
        return torch.from_numpy(numpy.array(image)), torch.from_numpy(numpy.array(labels))


class Peer:
    """An endless loader. What is shown is the mean of resized images and labels."""

    def __init__(self, arguments):
        self.images = arguments.batch
        self.size = (arguments.width, arguments.height)
        self.files = pairs(arguments.root, "train")
        scenes = Scenes(self.files, arguments.height, arguments.width)
        draws = arguments.batch * (arguments.warm_up + arguments.iterations)
        loader = DataLoader(
            scenes,
            batch_size=arguments.batch,
            sampler=RandomSampler(scenes, replacement=True, num_samples=draws),
            num_workers=arguments.threads,
        )
        self.shown = self.show()
        self.batches = iter(loader)

    def show(self):
        images, labels = [], []
        for file in self.files:
            image, ids = read(file)
            images.append(numpy.asarray(image.resize(self.size, Image.BICUBIC)))
            labels.append(numpy.asarray(ids.resize(self.size, Image.NEAREST)))
        labels = numpy.stack(labels)
        return {
            "source-images": float(numpy.stack(images).mean()),
            "source-labels": float(labels[labels != IGNORE].mean()),
        }

    def iterate(self, number):
        next(self.batches)
        return self.shown if number == 0 else {}
