"""PixDA's adversarial iteration.

Written from the equations: Tavera et al., "Pixel-by-Pixel Cross-Domain Alignment for Few-Shot Semantic
Segmentation", WACV 2022, with the values that made its numbers. DeepLabV2 on ResNet-101 by batch
statistics; source images in the style of the target images; the focal loss on both domains, the
pixel-wise adversarial loss weighted by S and B, the pixel-wise discriminator and the image-wise one of
the sample selection. SGD whose trunk updates are repeated, as the official optimizer lists its
weights; Adam on both discriminators. Batches of four images of each domain in two replicas, whose
images are normalised together. All losses are sums over images, so that a replica's graph is freed
before the next one's is built.
"""

import warnings

import torch
import torch.nn.functional as F
from torch import nn

from peers.formula import (
    CLASSES,
    IGNORE,
    assign_formula,
    centred_bgr,
    formula_labels,
    formula_pixels,
)
from peers.resnet import CaffeDeepLab
from peers.training import falling, segmenter_sgd, upsampled

BATCH, REPLICAS = 4, 2
STYLE_SHARE = 0.01
FOCAL_ALPHA, BALANCE_CLASS, FOCAL_EPSILON = 0.25, 2, 1e-6
LAMBDA_ADV = 0.1
LAMBDA_D = 0.5
RATE, HORIZON = 1e-3, 62500
DISCRIMINATOR_RATE, BETAS = 4e-4, (0.9, 0.99)
SOURCE, TARGET = 0.0, 1.0


def options(parser):
    parser.add_argument("--height", type=int, default=256)
    parser.add_argument("--width", type=int, default=512)


def pixel_discriminator():
    """Probabilities to one logit a pixel."""
    return nn.ModuleDict(
        {
            "conv1": nn.Conv2d(CLASSES, 64, 3, 1, 1),
            "conv2": nn.Conv2d(64, 128, 3, 1, 1),
            "classifier": nn.Conv2d(128, 1, 1),
        }
    )


def image_discriminator():
    """Probabilities to one logit for every 32x32 pixels."""
    widths = (CLASSES, 64, 128, 256, 512)
    layers = {f"conv{i}": nn.Conv2d(widths[i - 1], widths[i], 4, 2, 1) for i in range(1, 5)}
    return nn.ModuleDict(layers | {"classifier": nn.Conv2d(512, 1, 4, 2, 1)})


def judged(layers, x):
    """Logits of a discriminator, positive for the target."""
    for name, layer in layers.items():
        x = layer(x)
        if name != "classifier":
            x = F.leaky_relu_(x, 0.2)
    return x


def domain_loss(logits, domain):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, domain))


def styled(source, target):
    """Source images with the target's amplitudes of the lowest frequencies, not clipped."""
    size = source.shape[2:]
    reach = int(min(size) * STYLE_SHARE)
    own, other = torch.fft.rfft2(source.float()), torch.fft.rfft2(target.float())
    columns = slice(0, reach + 1)
    for rows in (slice(0, reach + 1), slice(size[0] - reach, size[0])):
        window = own[:, :, rows, columns]
        own[:, :, rows, columns] = torch.polar(other[:, :, rows, columns].abs(), window.angle())
    return torch.fft.irfft2(own, s=size)


def imbalance(labels):
    """B, [N, H, W]: the share of an image's pixels that have another label."""
    pixels = labels[0].numel()
    maps = [1 - torch.bincount(y.flatten(), minlength=256)[y] / pixels for y in labels]
    return torch.stack(maps)


class Peer:
    """The three networks, their optimizers, one batch."""

    images = 2 * BATCH

    def __init__(self, arguments):
        height, width, seed = arguments.height, arguments.width, arguments.seed
        self.network = CaffeDeepLab()
        self.discriminator, self.image_discriminator = pixel_discriminator(), image_discriminator()
        for module in (self.network, self.discriminator, self.image_discriminator):
            assign_formula(module, seed)
        self.optimizers = [self.segmenter_optimizer()] + [
            torch.optim.Adam(module.parameters(), lr=DISCRIMINATOR_RATE, betas=BETAS)
            for module in (self.discriminator, self.image_discriminator)
        ]
        self.schedules = [falling(optimizer, HORIZON) for optimizer in self.optimizers]
        self.size = (height, width)
        self.focal_weights = torch.full((CLASSES,), 1 - FOCAL_ALPHA)
        self.focal_weights[BALANCE_CLASS] = FOCAL_ALPHA
        self.pixels, self.labels = {}, {}
        for domain in ("source", "target"):
            key = (domain, height, width, seed)
            self.pixels[domain] = torch.cat([formula_pixels(*key, i) for i in range(BATCH)])
            self.labels[domain] = torch.cat([formula_labels(*key, i) for i in range(BATCH)])

    def segmenter_optimizer(self):
        """Lists a block's convolutions three times and a shortcut's four times."""
        trunk, head = [], list(self.network.layer6.parameters())
        for name, parameter in self.network.named_parameters():
            if name.startswith("layer6."):
                continue
            repeats = 4 if "downsample" in name else 3 if name.startswith("layer") else 1
            trunk += [parameter] * repeats
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "optimizer contains a parameter group with duplicate")
            return segmenter_sgd(trunk, head, RATE)

    def replicas(self, domain, images):
        """The shares of a batch: logits at full size, labels."""
        shares = zip(images.chunk(REPLICAS), self.labels[domain].chunk(REPLICAS))
        for number, (share, labels) in enumerate(shares):
            self.network.move_statistics(number == 0)
            yield upsampled(self.network(share), self.size), labels

    def focal(self, cross_entropy, labels, valid):
        """The focal loss of gamma 2: a share's part of the mean over `valid` pixels."""
        used = labels != IGNORE
        q = torch.exp(-cross_entropy[used]) + FOCAL_EPSILON
        loss = -self.focal_weights[labels[used]] * (1 - q) ** 2 * torch.log(q)
        return loss.sum() / valid

    def train_segmenter(self, images, losses):
        """Both domains' passes; returns their probabilities."""
        self.discriminator.requires_grad_(False)
        probabilities = {"source": [], "target": []}
        for domain, seen in probabilities.items():
            valid = (self.labels[domain] != IGNORE).sum()
            for z, labels in self.replicas(domain, images[domain]):
                cross_entropy = F.cross_entropy(z, labels, ignore_index=IGNORE, reduction="none")
                seg = self.focal(cross_entropy, labels, valid)
                losses[f"seg-{domain}"] += float(seg.detach())
                p = F.softmax(z, dim=1)
                seen.append(p.detach())
                if domain == "source":
                    seg.backward()
                    continue
                a = F.softplus(judged(self.discriminator, p)[:, 0])
                adv = (a * cross_entropy * imbalance(labels)).mean() / REPLICAS
                losses["adv"] += float(adv.detach())
                (seg + LAMBDA_ADV * adv).backward()
        self.discriminator.requires_grad_(True)
        return {domain: torch.cat(seen) for domain, seen in probabilities.items()}

    def iterate(self, iteration):
        """Runs one iteration and returns its unweighted losses."""
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        source, target = self.pixels["source"], self.pixels["target"]
        images = {"source": centred_bgr(styled(source, target)), "target": centred_bgr(target)}
        losses = {"seg-source": 0.0, "seg-target": 0.0, "adv": 0.0}
        probabilities = self.train_segmenter(images, losses)
        for name, layers in (
            ("discriminator", self.discriminator),
            ("image-discriminator", self.image_discriminator),
        ):
            for domain, label in (("source", SOURCE), ("target", TARGET)):
                loss = domain_loss(judged(layers, probabilities[domain]), label)
                (LAMBDA_D * loss).backward()
                losses[f"{name}.{domain}"] = float(loss.detach())
        for optimizer, schedule in zip(self.optimizers, self.schedules):
            optimizer.step()
            schedule.step()
        return losses
