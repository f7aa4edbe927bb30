# Group 5, FADA's table 5: what the discriminator is asked. Binary is AdaptSegNet's question on features.
rows=fada/table5/baseline-gta5,fada/table5/hard-gta5,fada/table5/soft-gta5
settings=(run.evaluate-every=0 run.class-center-distance=false run.feature-map-cells=0)
order="fada-table5-baseline-gta5 < fada-table5-hard-gta5 < fada-table5-soft-gta5"
