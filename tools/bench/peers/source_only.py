"""Source-only training's iteration.

Cross entropy on labelled source images, DeepLabV2 on ResNet-101 with batch norm frozen without epsilon,
SGD with momentum and weight decay. Two images, as each process of the published recipe sees them.
"""

import torch
import torch.nn.functional as F

from peers.formula import IGNORE, assign_formula, formula_batch
from peers.resnet import Backbone, Classifier
from peers.training import falling, segmenter_sgd, upsampled

RATE, HORIZON = 5e-4, 31250


def options(parser):
    parser.add_argument("--height", type=int, default=256)
    parser.add_argument("--width", type=int, default=512)


class Peer:
    """The network, its optimizer, one batch."""

    images = 2

    def __init__(self, arguments):
        height, width, seed = arguments.height, arguments.width, arguments.seed
        self.backbone, self.classifier = Backbone(), Classifier()
        for module in (self.backbone, self.classifier):
            assign_formula(module, seed)
            module.train()
        self.optimizer = segmenter_sgd(
            list(self.backbone.parameters()), list(self.classifier.parameters()), RATE
        )
        self.schedule = falling(self.optimizer, HORIZON)
        self.size = (height, width)
        batch = [formula_batch("source", height, width, seed, i) for i in range(self.images)]
        self.source, self.labels = (torch.cat(part) for part in zip(*batch))

    def iterate(self, iteration):
        """Runs one iteration and returns its loss."""
        self.optimizer.zero_grad(set_to_none=True)
        z = upsampled(self.classifier(self.backbone(self.source)), self.size)
        seg = F.cross_entropy(z, self.labels, ignore_index=IGNORE)
        seg.backward()
        self.optimizer.step()
        self.schedule.step()
        return {"seg": float(seg.detach())}
