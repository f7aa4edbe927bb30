"""Evaluation of 2048x1024 ground truth: decoding, resizing, the network, arg-max, mIoU.

DeepLabV2 on ResNet-101 sees 1024x512; its logits are upsampled to the labels' size.
"""

import numpy
import torch
import torch.nn.functional as F
from PIL import Image

from peers.formula import CLASSES, DEVIATION, IGNORE, MEAN, assign_formula
from peers.resnet import Backbone, Classifier
from peers.scenes import pairs, read


def options(parser):
    parser.add_argument("--root", required=True)
    parser.add_argument("--height", type=int, default=512)
    parser.add_argument("--width", type=int, default=1024)


class Peer:
    """The network and the files."""

    def __init__(self, arguments):
        self.size = (arguments.width, arguments.height)
        self.files = pairs(arguments.root, "val")
        self.images = len(self.files)
        self.backbone, self.classifier = Backbone(), Classifier()
        for module in (self.backbone, self.classifier):
            assign_formula(module, arguments.seed)
            module.eval()

    @torch.no_grad()
    def predict(self, image, size):
        pixels = numpy.array(image.resize(self.size, Image.BICUBIC))
        x = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
        x = (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(DEVIATION).view(3, 1, 1)
        logits = self.classifier(self.backbone(x.contiguous()))
        logits = F.interpolate(logits, size=size, mode="bilinear", align_corners=True)
        return logits.argmax(dim=1)[0].numpy()

    def iterate(self, number):
        matrix = numpy.zeros(CLASSES * CLASSES, numpy.int64)
        for file in self.files:
            image, labels = read(file)
            truth = numpy.asarray(labels)
            predicted = self.predict(image, truth.shape)
            known = truth != IGNORE
            pairs_of = CLASSES * truth[known].astype(numpy.int64) + predicted[known]
            matrix += numpy.bincount(pairs_of, minlength=CLASSES * CLASSES)
        matrix = matrix.reshape(CLASSES, CLASSES)
        right = numpy.diag(matrix)
        union = matrix.sum(0) + matrix.sum(1) - right
        return {
            "miou": float((right / union.clip(1)).mean()),
            "pixel-accuracy": float(right.sum() / matrix.sum()),
        }
