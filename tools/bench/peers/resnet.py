"""DeepLabV2 on ResNet-101, output stride 8.

Torchvision's construction with frozen batch norm (FADA, SPCL), and Caffe's with batch statistics
(PixDA), which have shapes and names in common: Caffe's has the stride in a block's first convolution,
dilates a stage's first block as the others, and its pooling rounds up.
"""

import torch
import torch.nn.functional as F
from torch import nn

from peers.formula import CLASSES


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


class BatchNorm(FrozenBatchNorm):
    """By the batch's statistics; scale and shift are not trained.

    `moves` says whether a pass moves the running statistics: under data parallelism those of the
    first replica's alone are kept.
    """

    moves = True

    def forward(self, x):
        running = (self.running_mean, self.running_var) if self.moves else (None, None)
        return F.batch_norm(x, *running, self.weight, self.bias, training=True)


class Block(nn.Module):
    """1x1, 3x3, 1x1 and a shortcut."""

    def __init__(self, inputs, inner, stride, dilation, project, caffe):
        super().__init__()
        outputs = 4 * inner
        norm = BatchNorm if caffe else FrozenBatchNorm
        first, second = (stride, 1) if caffe else (1, stride)
        self.conv1 = nn.Conv2d(inputs, inner, 1, first, bias=False)
        self.bn1 = norm(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, second, dilation, dilation, bias=False)
        self.bn2 = norm(inner)
        self.conv3 = nn.Conv2d(inner, outputs, 1, bias=False)
        self.bn3 = norm(outputs)
        self.relu = nn.ReLU(inplace=True)
        if project:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), norm(outputs)
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
    """ResNet-101; in torchvision's a stage's first block keeps the dilation before it."""

    def __init__(self, caffe=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = (BatchNorm if caffe else FrozenBatchNorm)(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1, ceil_mode=caffe)
        inputs = 64
        stages = ((3, 1, 1, 1), (4, 2, 1, 1), (23, 1, 1, 2), (3, 1, 2, 4))
        for stage, (blocks, stride, first_dilation, dilation) in enumerate(stages):
            inner = 64 << stage
            first = dilation if caffe else first_dilation
            layer = [Block(inputs, inner, stride, first, True, caffe)]
            inputs = 4 * inner
            layer += [Block(inputs, inner, 1, dilation, False, caffe) for _ in range(blocks - 1)]
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


class CaffeDeepLab(Backbone):
    """Images to logits, [N, K, h, w]."""

    def __init__(self):
        super().__init__(caffe=True)
        self.layer6 = Classifier()

    def forward(self, images):
        return self.layer6(super().forward(images))

    def move_statistics(self, moves):
        """Says whether the passes from here on move the running statistics."""
        for module in self.modules():
            if isinstance(module, BatchNorm):
                module.moves = moves
