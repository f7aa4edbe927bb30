# Group 3: 18 labelled images of the target.
methods=joint-training,fine-tuning,pixda
settings=(run.evaluate-every=0 run.class-center-distance=false run.feature-map-cells=0)
order="fine-tuning < pixda, joint-training < pixda"
