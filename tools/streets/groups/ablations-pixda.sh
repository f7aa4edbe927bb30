# Group 5, PixDA's table 3: what the alignment looks at, and its weights.
rows=pixda/table3/none,pixda/table3/image-wise,pixda/table3/pixel-wise,pixda/table3/pixel-wise-s,pixda/table3/pixel-wise-b,pixda/table3/pixadv
settings=(run.evaluate-every=0 run.class-center-distance=false run.feature-map-cells=0)
order="pixda-table3-none < pixda-table3-image-wise < pixda-table3-pixel-wise < pixda-table3-pixadv"
