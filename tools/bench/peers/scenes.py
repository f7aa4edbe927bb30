"""Files of Cityscapes' published tree, read with Pillow."""

import pathlib

import numpy
from PIL import Image

from peers.formula import CLASSES, IGNORE

# Cityscapes' label ids that are evaluated, in the order of train ids.
IDS = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)
TRAIN_IDS = numpy.full(256, IGNORE, numpy.uint8)
TRAIN_IDS[list(IDS)] = numpy.arange(CLASSES)


def pairs(root, split):
    """The files of a split: image, labels."""
    folder = pathlib.Path(root) / "cityscapes"
    images = sorted((folder / "leftImg8bit" / split).glob("*/*_leftImg8bit.png"))
    return [
        (image, folder / "gtFine" / split / image.parent.name / image.name.replace("leftImg8bit", "gtFine_labelIds"))
        for image in images
    ]


def read(pair):
    """Image (RGB) and labels (train ids) as Pillow's images."""
    image, labels = pair
    ids = TRAIN_IDS[numpy.asarray(Image.open(labels))]
    return Image.open(image).convert("RGB"), Image.fromarray(ids)
