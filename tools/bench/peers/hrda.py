"""HRDA on MiT: the DAFormer decoder for an image at half its size and a window of it, and the attention
that says where the window is trusted.

Written from the description: Hoyer et al., "HRDA", ECCV 2022, and "DAFormer", CVPR 2022.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from peers.formula import CLASSES
from peers.mit import MapLinear, MixTransformer

CHANNELS = 256
DILATIONS = (1, 6, 12, 18)


def resized(x, size):
    return F.interpolate(x, size=size, mode="bilinear", align_corners=False)


class DilatedDepthwise(nn.Conv2d):
    """A depthwise 3x3 convolution, dilated. Every dilation-th row and column is an image of its own,
    which an undilated convolution sees: oneDNN's dilated ones take up to four times as long, but
    for the forward pass of a small dilation."""

    def __init__(self, channels, dilation):
        super().__init__(
            channels, channels, 3, 1, dilation, dilation, groups=channels, bias=False
        )

    def forward(self, x):
        d = self.dilation[0]
        if d <= 6 and not torch.is_grad_enabled():
            return super().forward(x)
        n, c, height, width = x.shape
        x = F.pad(x, (0, -width % d, 0, -height % d)).permute(0, 2, 3, 1)
        x = x.unflatten(1, (-1, d)).unflatten(3, (-1, d)).permute(0, 2, 4, 1, 3, 5)
        images = x.flatten(0, 2).permute(0, 3, 1, 2)
        y = F.conv2d(images, self.weight, padding=1, groups=c).permute(0, 2, 3, 1)
        y = y.unflatten(0, (n, d, d)).permute(0, 3, 1, 4, 2, 5).flatten(3, 4).flatten(1, 2)
        return y[:, :height, :width].contiguous().permute(0, 3, 1, 2)


class ConvUnit(nn.Module):
    """A convolution without bias, batch norm and a rectifier."""

    def __init__(self, conv):
        super().__init__()
        self.conv = conv
        self.bn = nn.BatchNorm2d(conv.out_channels)

    def forward(self, x):
        return F.relu_(self.bn(self.conv(x)))


def unit(inputs, outputs, kernel=1):
    return ConvUnit(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False))


class SeparableUnit(nn.Module):
    def __init__(self, inputs, outputs, dilation):
        super().__init__()
        self.depthwise_conv = ConvUnit(DilatedDepthwise(inputs, dilation))
        self.pointwise_conv = unit(inputs, outputs)

    def forward(self, x):
        return self.pointwise_conv(self.depthwise_conv(x))


class Embedding(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.proj = MapLinear(inputs, CHANNELS)

    def forward(self, x):
        return self.proj(x)


class Pyramid(nn.Module):
    """Four branches of different dilation, concatenated and fused by 3x3."""

    def __init__(self, inputs):
        super().__init__()
        self.aspp_modules = nn.ModuleList(
            SeparableUnit(inputs, CHANNELS, d) if d > 1 else unit(inputs, CHANNELS)
            for d in DILATIONS
        )
        self.bottleneck = unit(len(DILATIONS) * CHANNELS, CHANNELS, 3)

    def forward(self, x):
        return self.bottleneck(torch.cat([branch(x) for branch in self.aspp_modules], dim=1))


class LevelHead(nn.Module):
    """Levels embedded, brought to the first one's size, fused and classified."""

    def __init__(self, levels, fuse):
        super().__init__()
        self.embed_layers = nn.ModuleList(Embedding(channels) for channels in levels)
        self.fuse_layer = fuse(len(levels) * CHANNELS)
        self.conv_seg = nn.Conv2d(CHANNELS, CLASSES, 1)

    def forward(self, maps):
        """Features and logits."""
        size = maps[0].shape[2:]
        embedded = [embed(x) for embed, x in zip(self.embed_layers, maps)]
        embedded[1:] = [resized(x, size) for x in embedded[1:]]
        features = self.fuse_layer(torch.cat(embedded, dim=1))
        return features, self.conv_seg(features)


class Heads(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.head = LevelHead(levels, Pyramid)
        self.scale_attention = LevelHead(levels, lambda inputs: unit(inputs, CHANNELS))


class Context(NamedTuple):
    """What the image at half its size gives."""

    stage4: torch.Tensor
    features: torch.Tensor
    logits: torch.Tensor
    attention: torch.Tensor


class Hrda(nn.Module):
    """The network; `window` is the height and width of what is seen in detail."""

    def __init__(self, depths, width, window):
        super().__init__()
        self.backbone = MixTransformer(depths, width)
        self.decode_head = Heads(self.backbone.channels)
        self.window = window

    def context(self, images):
        maps = self.backbone(halved(images))
        features, logits = self.decode_head.head(maps)
        attention = torch.sigmoid(self.decode_head.scale_attention(maps)[1])
        return Context(maps[3], features, logits, attention)

    def detail(self, windows):
        """Features and logits."""
        return self.decode_head.head(self.backbone(windows))

    def in_window(self, images, top, left):
        """The context, the detail's features and logits, and the fused logits, of stride 4."""
        height, width = self.window
        context = self.context(images)
        features, logits = self.detail(images[:, :, top : top + height, left : left + width])
        below = images.shape[2] - top - height
        right = images.shape[3] - left - width
        around = (left, right, top, below)
        inside = F.pad(images.new_ones(1, 1, height // 8, width // 8), [n // 8 for n in around])
        placed = F.pad(logits, [n // 4 for n in around])
        fused = fuse(context.attention * inside, context.logits, placed)
        return context, features, logits, fused

    def forward(self, images):
        """The fused logits, of stride 4, of a window that slides over the images."""
        context = self.context(images)
        boxes = [
            (top, left)
            for top in offsets(images.shape[2], self.window[0])
            for left in offsets(images.shape[3], self.window[1])
        ]
        height, width = self.window
        windows = [images[:, :, y : y + height, x : x + width] for y, x in boxes]
        if self.training:  # Batch norm takes its statistics of all windows.
            answers = self.detail(torch.cat(windows))[1].chunk(len(boxes))
        else:
            answers = [self.detail(window)[1] for window in windows]
        size = images.shape[0], CLASSES, images.shape[2] // 4, images.shape[3] // 4
        total, count = images.new_zeros(size), images.new_zeros((1, 1) + size[2:])
        for (y, x), logits in zip(boxes, answers):
            cells = slice(y // 4, (y + height) // 4), slice(x // 4, (x + width) // 4)
            total[(..., *cells)] += logits
            count[(..., *cells)] += 1
        return fuse(context.attention, context.logits, total / count)


def halved(images):
    return resized(images, (images.shape[2] // 2, images.shape[3] // 2))


def offsets(side, window):
    """Every half window; the last one lies at the border."""
    step = window // 2
    return [min(i, side - window) for i in range(0, side - window + step, step)]


def fuse(attention, context, detail):
    size = detail.shape[2:]
    return resized(attention, size) * detail + resized((1 - attention) * context, size)
