"""DeepLabV2 on ResNet-101: torchvision's construction, output stride 8, frozen batch norm."""

import torch
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
