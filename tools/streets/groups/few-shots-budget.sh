# Group 3 again, joint training on as many images as PixDA sees, and by its loss.
methods=joint-training,pixda
config=tools/streets/joint-focal.conf
settings=(run.evaluate-every=0 run.class-center-distance=false run.feature-map-cells=0)
order="joint-training < pixda"
