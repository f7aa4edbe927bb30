# Group 4: labels in both domains.
methods=metapix
settings=(run.evaluate-every=0 run.class-center-distance=false run.feature-map-cells=0)
order="metapix.weights-off < metapix"
