"""SPCL's contrastive iteration.

Written from the equations: Xie et al., arXiv 2111.12358, with the values that made its numbers.
DeepLabV2 on ResNet-101, batch norm frozen without epsilon; L_seg with the temperature, and contrast of
source and target features with moving class prototypes, target masks from pseudo labels; SGD with
momentum and weight decay. One source and one target image, as each process of the published recipe
sees them.
"""

import torch
import torch.nn.functional as F

from peers.formula import CLASSES, IGNORE, assign_formula, formula_batch, formula_value
from peers.resnet import Backbone, Classifier
from peers.training import falling, segmenter_sgd, upsampled

TEMPERATURE = 1.8
DIVISOR = 100
ALPHA = 0.1
LAMBDA = 1
RATE, HORIZON = 2.5e-4, 62500


def options(parser):
    parser.add_argument("--height", type=int, default=256)
    parser.add_argument("--width", type=int, default=512)


def at_cells(labels, features):
    """Labels at the features' resolution, [N, h, w]."""
    return F.interpolate(labels[:, None].float(), size=features.shape[2:])[:, 0].long()


def cells(directions):
    """[N, C, h, w] as rows, [cells, C]."""
    return directions.permute(0, 2, 3, 1).flatten(0, 2)


def class_means(rows, mask):
    """Mean row of each class, [K, C]; 0 for a class without a row."""
    used = mask != IGNORE
    members = F.one_hot(mask[used], CLASSES).to(rows.dtype)
    sums = members.t() @ rows[used]
    return sums / members.sum(0).clamp_(min=1)[:, None]


def contrast(features, mask, prototypes):
    """Cross entropy of <f / |f|, prototypes> / divisor over the cells that have a class.

    The product comes first and is divided by the lengths, K numbers a cell instead of C.
    """
    lengths = features.norm(dim=1, keepdim=True).clamp(min=1e-12)
    products = F.conv2d(features, prototypes[:, :, None, None])
    return F.cross_entropy(products / (lengths * DIVISOR), mask, ignore_index=IGNORE)


class Peer:
    """The network, its optimizer, the prototypes, one batch."""

    images = 2

    def __init__(self, arguments):
        height, width, seed = arguments.height, arguments.width, arguments.seed
        self.backbone, self.classifier = Backbone(), Classifier()
        for module in (self.backbone, self.classifier):
            assign_formula(module, seed)
            module.train()
        self.prototypes = formula_value("bank0", (CLASSES, 2048), seed)
        self.optimizer = segmenter_sgd(
            list(self.backbone.parameters()), list(self.classifier.parameters()), RATE
        )
        self.schedule = falling(self.optimizer, HORIZON)
        self.size = (height, width)
        self.source, self.source_labels = formula_batch("source", height, width, seed)
        self.target, self.target_labels = formula_batch("target", height, width, seed)

    @torch.no_grad()
    def move_prototypes(self, features, logits):
        """Moves them by the source cells that are predicted correctly; returns the cells' classes."""
        mask = at_cells(self.source_labels, features)
        mask[logits.argmax(1) != mask] = IGNORE
        means = class_means(cells(F.normalize(features)), mask.flatten())
        self.prototypes.mul_(ALPHA).add_(means, alpha=1 - ALPHA)
        return mask

    def iterate(self, iteration):
        """Runs one iteration and returns its unweighted losses."""
        self.optimizer.zero_grad(set_to_none=True)
        features = self.backbone(self.source)
        logits = self.classifier(features)
        mask = self.move_prototypes(features, logits)
        z = upsampled(logits, self.size) / TEMPERATURE
        seg = F.cross_entropy(z, self.source_labels, ignore_index=IGNORE)
        contrast_source = contrast(features, mask, self.prototypes)
        (seg + LAMBDA * contrast_source).backward()
        del features, logits, z

        features = self.backbone(self.target)
        mask = at_cells(self.target_labels, features)
        contrast_target = contrast(features, mask, self.prototypes)
        (LAMBDA * contrast_target).backward()
        self.optimizer.step()
        self.schedule.step()
        losses = {"seg": seg, "cl-source": contrast_source, "cl-target": contrast_target}
        return {name: float(value.detach()) for name, value in losses.items()}
