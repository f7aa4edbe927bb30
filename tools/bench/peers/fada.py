"""FADA's adversarial iteration.

Written from the equations: Wang et al., "Classes Matter", ECCV 2020, arXiv 2007.09222, with the
values that made its numbers. DeepLabV2 on ResNet-101, batch norm frozen without epsilon; the class-wise
discriminator; L_seg with the temperature, L_adv, L_D; SGD with momentum and weight decay on the
backbone and the classifier, Adam on the discriminator. One source and one target image.
"""

import torch
import torch.nn.functional as F
from torch import nn

from peers.formula import CLASSES, IGNORE, assign_formula, formula_batch
from peers.resnet import Backbone, Classifier
from peers.training import falling, segmenter_sgd, upsampled

TEMPERATURE = 1.8
CLIP = 0.9
LAMBDA_ADV = 0.001
LAMBDA_D = 0.5
RATE, HORIZON = 2.5e-4, 62500
DISCRIMINATOR_RATE, BETAS = 1e-4, (0.9, 0.99)


def options(parser):
    parser.add_argument("--height", type=int, default=256)
    parser.add_argument("--width", type=int, default=512)


class Discriminator(nn.Module):
    """3x3 convolutions 2048, 256, 128 and two heads of K channels, source first."""

    def __init__(self):
        super().__init__()
        self.D = nn.Sequential(
            nn.Conv2d(2048, 256, 3, 1, 1),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(256, 128, 3, 1, 1),
            nn.LeakyReLU(0.2, inplace=True),
        )
        self.cls1 = nn.Conv2d(128, CLASSES, 3, 1, 1)
        self.cls2 = nn.Conv2d(128, CLASSES, 3, 1, 1)

    def forward(self, features):
        y = self.D(features)
        return torch.cat((self.cls1(y), self.cls2(y)), dim=1)


def domain_loss(logits, labels, half, size):
    """-mean over all pixels of sum_k a_k l_(half K + k), l over both domains' classes."""
    log = F.log_softmax(upsampled(logits, size), dim=1)
    ours = log[:, half * CLASSES : (half + 1) * CLASSES]
    return -(labels * ours).sum(dim=1).mean()


class Peer:
    """The three networks, their optimizers, one batch."""

    images = 2

    def __init__(self, arguments):
        height, width, seed = arguments.height, arguments.width, arguments.seed
        self.backbone, self.classifier = Backbone(), Classifier()
        self.discriminator = Discriminator()
        for module in (self.backbone, self.classifier, self.discriminator):
            assign_formula(module, seed)
            module.train()
        self.segmenter_optimizer = segmenter_sgd(
            list(self.backbone.parameters()), list(self.classifier.parameters()), RATE
        )
        self.discriminator_optimizer = torch.optim.Adam(
            self.discriminator.parameters(), lr=DISCRIMINATOR_RATE, betas=BETAS
        )
        self.schedules = [
            falling(optimizer, HORIZON)
            for optimizer in (self.segmenter_optimizer, self.discriminator_optimizer)
        ]
        self.size = (height, width)
        self.source, self.labels = formula_batch("source", height, width, seed)
        self.target, _ = formula_batch("target", height, width, seed)

    def iterate(self, iteration):
        """Runs one iteration and returns its unweighted losses."""
        self.segmenter_optimizer.zero_grad(set_to_none=True)
        self.discriminator.requires_grad_(False)
        source_features = self.backbone(self.source)
        z = upsampled(self.classifier(source_features), self.size) / TEMPERATURE
        seg = F.cross_entropy(z, self.labels, ignore_index=IGNORE)
        seg.backward()
        source_labels = F.softmax(z.detach(), dim=1).clamp_(max=CLIP)
        source_features = source_features.detach()
        del z

        target_features = self.backbone(self.target)
        with torch.no_grad():
            z = upsampled(self.classifier(target_features), self.size) / TEMPERATURE
            target_labels = F.softmax(z, dim=1).clamp_(max=CLIP)
        adv = domain_loss(self.discriminator(target_features), target_labels, 0, self.size)
        (LAMBDA_ADV * adv).backward()
        target_features = target_features.detach()
        self.segmenter_optimizer.step()

        self.discriminator.requires_grad_(True)
        self.discriminator_optimizer.zero_grad(set_to_none=True)
        d_source = domain_loss(self.discriminator(source_features), source_labels, 0, self.size)
        (LAMBDA_D * d_source).backward()
        d_target = domain_loss(self.discriminator(target_features), target_labels, 1, self.size)
        (LAMBDA_D * d_target).backward()
        self.discriminator_optimizer.step()
        for schedule in self.schedules:
            schedule.step()
        losses = {"seg": seg, "adv": adv, "d-source": d_source, "d-target": d_target}
        return {name: float(value.detach()) for name, value in losses.items()}
