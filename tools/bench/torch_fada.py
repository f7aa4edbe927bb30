#!/usr/bin/python3
"""FADA's adversarial iteration in PyTorch: the peer of the benchmark's row.

Written from the equations: Wang et al., "Classes Matter", ECCV 2020, arXiv 2007.09222, with the
values that made its numbers. DeepLabV2 on ResNet-101 in torchvision's construction, batch norm
frozen without epsilon; the class-wise discriminator; L_seg with the temperature, L_adv, L_D; SGD with
momentum and weight decay on the backbone and the classifier, Adam on the discriminator. One source
and one target image. Weights and images follow a formula of names and a seed, the same as
Crossfade's `benchmark --formula-weights`, so that the losses can be compared.
"""

import argparse
import json
import resource
import statistics
import time

import numpy
import torch
import torch.nn.functional as F
from torch import nn

CLASSES = 19
IGNORE = 255
TEMPERATURE = 1.8
CLIP = 0.9
LAMBDA_ADV = 0.001
LAMBDA_D = 0.5
RATE, HEAD_FACTOR, MOMENTUM, WEIGHT_DECAY = 2.5e-4, 10, 0.9, 5e-4
DISCRIMINATOR_RATE, BETAS = 1e-4, (0.9, 0.99)
HORIZON, POWER = 62500, 0.9
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def uniform(name, count, seed):
    """`count` numbers in [-1, 1): splitmix64 from the 64-bit FNV-1a of `name`."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = (state ^ byte) * 0x100000001B3 % 2**64
    z = numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
    z += numpy.uint64((state + seed) % 2**64)
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    z ^= z >> numpy.uint64(31)
    return (z >> numpy.uint64(40)).astype(numpy.float64) / 2**23 - 1


def formula_value(name, shape, seed):
    """A tensor by the last part of its published name."""
    u = uniform(name, int(numpy.prod(shape)), seed).reshape(shape)
    part = name.rsplit(".", 1)[-1]
    if part == "running_var":
        value = 1 + 0.5 * abs(u)
    elif part == "weight" and len(shape) >= 2:
        value = u * (3 / numpy.prod(shape[1:])) ** 0.5
    elif part == "weight":
        value = 1 + 0.1 * u
    else:
        value = 0.1 * u
    return torch.from_numpy(value.astype(numpy.float32))


def assign_formula(module, seed):
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            tensor.copy_(formula_value(name, tuple(tensor.shape), seed))


def formula_batch(stream, height, width, seed):
    """One image, normalised, [1, 3, H, W], and its labels, [1, H, W]."""
    u = uniform(f"{stream}.0.image", height * width * 3, seed)
    pixels = (128 * (u + 1)).astype(numpy.uint8).reshape(1, height, width, 3)
    image = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
    image = (image - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(DEVIATION).view(3, 1, 1)
    labels = (CLASSES + 1) * (uniform(f"{stream}.0.labels", height * width, seed) + 1) / 2
    labels = torch.from_numpy(labels.astype(numpy.int64).reshape(1, height, width))
    labels[labels == CLASSES] = IGNORE
    return image.contiguous(), labels


class FrozenBatchNorm(nn.Module):
    """y = (x - mean) * weight / sqrt(var) + bias, nothing trained, no epsilon."""

    def __init__(self, channels):
        super().__init__()
        self.register_buffer("weight", torch.ones(channels))
        self.register_buffer("bias", torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x):
        scale = self.weight * self.running_var.rsqrt()
        shift = self.bias - self.running_mean * scale
        return x * scale.view(1, -1, 1, 1) + shift.view(1, -1, 1, 1)


class Block(nn.Module):
    """1x1, 3x3, 1x1 and a shortcut; the 3x3 convolution has the stride."""

    def __init__(self, inputs, inner, stride, dilation, project):
        super().__init__()
        outputs = 4 * inner
        self.conv1 = nn.Conv2d(inputs, inner, 1, bias=False)
        self.bn1 = FrozenBatchNorm(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, stride, dilation, dilation, bias=False)
        self.bn2 = FrozenBatchNorm(inner)
        self.conv3 = nn.Conv2d(inner, outputs, 1, bias=False)
        self.bn3 = FrozenBatchNorm(outputs)
        self.relu = nn.ReLU(inplace=True)
        if project:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), FrozenBatchNorm(outputs)
            )
        else:
            self.downsample = None

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        y += x if self.downsample is None else self.downsample(x)
        return self.relu(y)


class Backbone(nn.Module):
    """ResNet-101 of output stride 8; a stage's first block keeps the dilation before it."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = FrozenBatchNorm(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        inputs = 64
        stages = ((3, 1, 1, 1), (4, 2, 1, 1), (23, 1, 1, 2), (3, 1, 2, 4))
        for stage, (blocks, stride, first_dilation, dilation) in enumerate(stages):
            inner = 64 << stage
            layer = [Block(inputs, inner, stride, first_dilation, True)]
            inputs = 4 * inner
            layer += [Block(inputs, inner, 1, dilation, False) for _ in range(blocks - 1)]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layer))

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        return self.layer4(self.layer3(self.layer2(self.layer1(x))))


class Classifier(nn.Module):
    """The sum of four dilated 3x3 convolutions."""

    def __init__(self):
        super().__init__()
        self.conv2d_list = nn.ModuleList(
            nn.Conv2d(2048, CLASSES, 3, 1, d, d) for d in (6, 12, 18, 24)
        )

    def forward(self, features):
        return sum(branch(features) for branch in self.conv2d_list)


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


def upsampled(x, size):
    return F.interpolate(x, size=size, mode="bilinear", align_corners=True)


def domain_loss(logits, labels, half, size):
    """-mean over all pixels of sum_k a_k l_(half K + k), l over both domains' classes."""
    log = F.log_softmax(upsampled(logits, size), dim=1)
    ours = log[:, half * CLASSES : (half + 1) * CLASSES]
    return -(labels * ours).sum(dim=1).mean()


class Peer:
    """The three networks, their optimizers, one batch."""

    def __init__(self, height, width, seed):
        self.backbone, self.classifier = Backbone(), Classifier()
        self.discriminator = Discriminator()
        for module in (self.backbone, self.classifier, self.discriminator):
            assign_formula(module, seed)
            module.train()
        sgd = {"momentum": MOMENTUM, "weight_decay": WEIGHT_DECAY}
        self.optimizers = [
            (torch.optim.SGD(self.backbone.parameters(), lr=RATE, **sgd), RATE),
            (
                torch.optim.SGD(self.classifier.parameters(), lr=HEAD_FACTOR * RATE, **sgd),
                HEAD_FACTOR * RATE,
            ),
            (
                torch.optim.Adam(
                    self.discriminator.parameters(), lr=DISCRIMINATOR_RATE, betas=BETAS
                ),
                DISCRIMINATOR_RATE,
            ),
        ]
        self.size = (height, width)
        self.source, self.labels = formula_batch("source", height, width, seed)
        self.target, _ = formula_batch("target", height, width, seed)

    def iterate(self, iteration):
        """Runs one iteration and returns its unweighted losses."""
        decay = (1 - iteration / HORIZON) ** POWER
        for optimizer, rate in self.optimizers:
            optimizer.param_groups[0]["lr"] = rate * decay
            optimizer.zero_grad()

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
        self.optimizers[0][0].step()
        self.optimizers[1][0].step()

        self.optimizers[2][0].zero_grad()
        d_source = domain_loss(self.discriminator(source_features), source_labels, 0, self.size)
        (LAMBDA_D * d_source).backward()
        d_target = domain_loss(self.discriminator(target_features), target_labels, 1, self.size)
        (LAMBDA_D * d_target).backward()
        self.optimizers[2][0].step()
        losses = {"seg": seg, "adv": adv, "d-source": d_source, "d-target": d_target}
        return {name: float(value.detach()) for name, value in losses.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--iterations", type=int, default=5, help="how many are measured")
    parser.add_argument("--warm-up", type=int, default=1, help="how many are not counted")
    parser.add_argument("--formula-weights", type=int, default=11, metavar="SEED")
    parser.add_argument("--height", type=int, default=256)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", help="also write the figures to this file")
    arguments = parser.parse_args()
    if arguments.iterations < 1 or arguments.warm_up < 0:
        parser.error("--iterations must be at least 1 and --warm-up at least 0")
    torch.set_num_threads(arguments.threads)

    peer = Peer(arguments.height, arguments.width, arguments.formula_weights)
    seconds, losses = [], []
    for iteration in range(arguments.warm_up + arguments.iterations):
        started = time.perf_counter()
        losses.append(peer.iterate(iteration))
        seconds.append(time.perf_counter() - started)
    measured = seconds[arguments.warm_up :]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

    print(f"PyTorch {torch.__version__}, {arguments.threads} threads, fada, phase adversarial")
    print("losses of the first iteration:", " ".join(f"{k} {v:.6g}" for k, v in losses[0].items()))
    for i, value in enumerate(measured, 1):
        print(f"{i:9d} {value:8.4f} {2 / value:9.3f} images/s")
    print(
        f"median {statistics.median(measured):.4f} s, min {min(measured):.4f} s,"
        f" max {max(measured):.4f} s; peak resident memory {peak / 1e6:.0f} MB"
    )
    if arguments.json:
        result = {
            "imagesPerIteration": 2,
            "warmUp": arguments.warm_up,
            "firstLosses": losses[0],
            "iterations": [{"seconds": value} for value in measured],
            "peakBytes": peak,
        }
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=2)


if __name__ == "__main__":
    main()
