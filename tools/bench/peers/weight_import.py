"""Reading a published checkpoint of ResNet-101 into DeepLabV2, from opening the file on."""

import torch

from peers.formula import assign_formula
from peers.resnet import Backbone


def options(parser):
    parser.add_argument("--file", required=True)


class Peer:
    """The network whose weights are replaced. What is shown is what they hold in the end."""

    images = 1

    def __init__(self, arguments):
        self.file = arguments.file
        self.backbone = Backbone()
        assign_formula(self.backbone, arguments.seed + 1)

    def iterate(self, number):
        published = torch.load(self.file, map_location="cpu")
        missing = self.backbone.load_state_dict(published, strict=False).missing_keys
        if missing:
            raise ValueError(f"{self.file} lacks {missing}")
        if number > 0:
            return {}
        values = torch.cat([v.flatten() for v in self.backbone.state_dict().values()]).double()
        return {"values": len(values) / 1e6, "mean-square": float((values * values).mean())}
