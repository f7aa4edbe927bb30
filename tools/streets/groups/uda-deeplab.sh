# Group 1: adaptation without labels of the target, DeepLab.
methods=source-only,adabn,adaptsegnet,fada,spcl
settings=(run.evaluate-every=0 run.class-center-distance=false run.feature-map-cells=0)
order="source-only < adabn, adaptsegnet.alignment-off < adaptsegnet < fada.alignment < fada < spcl"
