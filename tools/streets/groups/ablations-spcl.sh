# Group 5, SPCL's table 4: terms of the contrast, then self-supervision.
rows=spcl/table4/baseline-gta5,spcl/table4/source-gta5,spcl/table4/source-target-gta5,spcl/table4/ssl-gta5,spcl/table4/full-gta5
settings=(run.evaluate-every=0 run.class-center-distance=false run.feature-map-cells=0)
order="spcl-table4-baseline-gta5 < spcl-table4-source-gta5 < spcl-table4-source-target-gta5 < spcl-table4-full-gta5"
