"""MiT, the encoder of SegFormer, and the linear layers and norms of maps that its decoders use too.

Written from the description of the published weights: four stages of overlapping patches, attention
to a reduced map, a feed-forward part with a depthwise convolution. Nothing is dropped. Maps are
[N, C, H, W] whose channels lie together in memory: tokens need no transposition, and a linear layer is
a convolution of 1x1, which oneDNN computes whatever BLAS is installed.
"""

import torch
import torch.nn.functional as F
from torch import nn

REDUCTIONS = (8, 4, 2, 1)
SIZES = {"b0": ((2, 2, 2, 2), 32), "b2": ((3, 4, 6, 3), 64)}


class MapLinear(nn.Linear):
    """A linear layer on the channels of a map."""

    def forward(self, x):
        return F.conv2d(x, self.weight[:, :, None, None], self.bias)


class MapNorm(nn.LayerNorm):
    """Layer norm on the channels of a map."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class PatchEmbedding(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride):
        super().__init__()
        self.proj = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2)
        self.norm = MapNorm(outputs, eps=1e-5)

    def forward(self, x):
        return self.norm(self.proj(x))


class Attention(nn.Module):
    """Attention of all cells to the cells of a map reduced by a convolution."""

    def __init__(self, channels, heads, reduction):
        super().__init__()
        self.heads, self.scale = heads, (channels // heads) ** -0.5
        self.q = MapLinear(channels, channels)
        self.kv = MapLinear(channels, 2 * channels)
        self.proj = MapLinear(channels, channels)
        self.reduced = reduction > 1
        if self.reduced:
            self.sr = nn.Conv2d(channels, channels, reduction, reduction)
            self.norm = MapNorm(channels, eps=1e-5)

    def split(self, x):
        """[N, heads, cells, channels of a head]."""
        cells = x.flatten(2).transpose(1, 2)
        return cells.unflatten(2, (self.heads, -1)).transpose(1, 2)

    def forward(self, x):
        seen = self.norm(self.sr(x)) if self.reduced else x
        keys, values = self.kv(seen).chunk(2, dim=1)
        weights = self.split(self.q(x)) @ self.split(keys).transpose(2, 3)
        attended = F.softmax(weights * self.scale, dim=3) @ self.split(values)
        cells = attended.transpose(1, 2).flatten(2)
        return self.proj(cells.transpose(1, 2).unflatten(2, x.shape[2:]))


class DepthwiseConvolution(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 3, padding=1, groups=channels)

    def forward(self, x):
        return self.dwconv(x)


class FeedForward(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.fc1 = MapLinear(channels, 4 * channels)
        self.dwconv = DepthwiseConvolution(4 * channels)
        self.fc2 = MapLinear(4 * channels, channels)

    def forward(self, x):
        return self.fc2(F.gelu(self.dwconv(self.fc1(x))))


class Block(nn.Module):
    def __init__(self, channels, heads, reduction):
        super().__init__()
        self.norm1 = MapNorm(channels, eps=1e-6)
        self.attn = Attention(channels, heads, reduction)
        self.norm2 = MapNorm(channels, eps=1e-6)
        self.mlp = FeedForward(channels)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class MixTransformer(nn.Module):
    """Four maps of strides 4 to 32; `channels` says how many each has."""

    def __init__(self, depths, width):
        super().__init__()
        heads = (1, 2, 5, 8)
        self.channels = tuple(width * h for h in heads)
        inputs = 3
        for i, channels in enumerate(self.channels):
            kernel, stride = (3, 2) if i else (7, 4)
            stage = f"{i + 1}"
            setattr(self, "patch_embed" + stage, PatchEmbedding(inputs, channels, kernel, stride))
            blocks = (Block(channels, heads[i], REDUCTIONS[i]) for _ in range(depths[i]))
            setattr(self, "block" + stage, nn.Sequential(*blocks))
            setattr(self, "norm" + stage, MapNorm(channels, eps=1e-6))
            inputs = channels

    def forward(self, x):
        maps = []
        for stage in "1234":
            x = getattr(self, "patch_embed" + stage)(x)
            x = getattr(self, "norm" + stage)(getattr(self, "block" + stage)(x))
            maps.append(x)
        return maps
