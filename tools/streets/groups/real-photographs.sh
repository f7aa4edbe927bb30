# Group 6: to photographs. Needs CROSSFADE_DATA_ROOT=camvid=FOLDER; experiments/streets-to-camvid.conf says what lies there.
methods=source-only,adabn,adaptsegnet,fada,spcl,hrda,pixl
config=experiments/streets-to-camvid.conf
settings=(run.evaluate-every=0 run.class-center-distance=false run.feature-map-cells=0)
order="source-only < adabn, adaptsegnet.alignment-off < adaptsegnet < fada.alignment < fada < spcl"
