"""FCN-8s on VGG-16 as MetaPix has it: one stem for each domain, scores of fc7, pool4 and pool3 added
behind bilinear upsampling; the image is not padded."""

import torch.nn.functional as F
from torch import nn

from peers.formula import CLASSES

BLOCKS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
SOURCE, TARGET = "x1", "x2"


def resized(x, like):
    return F.interpolate(x, size=like.shape[2:], mode="bilinear", align_corners=True)


class Fcn8s(nn.Module):
    """Images to logits at their size. Nothing is dropped."""

    def __init__(self, fc6_padding=0):
        super().__init__()
        inputs = 3
        for block, (outputs, layers) in enumerate(BLOCKS, 1):
            for stem in (SOURCE, TARGET) if block == 1 else ("",):
                for layer in range(1, layers + 1):
                    width = inputs if layer == 1 else outputs
                    setattr(
                        self, f"conv{block}{stem}_{layer}", nn.Conv2d(width, outputs, 3, padding=1)
                    )
            inputs = outputs
        self.fc6 = nn.Conv2d(512, 4096, 7, padding=fc6_padding)
        self.fc7 = nn.Conv2d(4096, 4096, 1)
        self.score = nn.Conv2d(4096, CLASSES, 1)
        self.score_pool4 = nn.Conv2d(512, CLASSES, 1)
        self.score_pool3 = nn.Conv2d(256, CLASSES, 1)

    def forward(self, images, stem=TARGET):
        x, pools = images, {}
        for block, (_, layers) in enumerate(BLOCKS, 1):
            for layer in range(1, layers + 1):
                name = f"conv{block}{stem if block == 1 else ''}_{layer}"
                x = F.relu(getattr(self, name)(x), inplace=True)
            x = pools[block] = F.max_pool2d(x, 2, 2, ceil_mode=True)
        x = F.relu(self.fc6(x), inplace=True)
        x = self.score(F.relu(self.fc7(x), inplace=True))
        x = resized(x, pools[4]) + self.score_pool4(pools[4])
        x = resized(x, pools[3]) + self.score_pool3(pools[3])
        return resized(x, images)
