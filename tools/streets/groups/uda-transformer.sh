# Group 2: adaptation without labels of the target, transformers.
methods=daformer,hrda,pixl
settings=(run.evaluate-every=0 run.class-center-distance=false run.feature-map-cells=0)
order="daformer.self-training-off < daformer < hrda < pixl.drift-pixels < pixl"
