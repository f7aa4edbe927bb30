package org.crossfade.datasets.streets;

/** What a pixel shows; the ordinal is the Cityscapes train id. */
enum SceneClass {
  ROAD,
  SIDEWALK,
  BUILDING,
  WALL,
  FENCE,
  POLE,
  TRAFFIC_LIGHT,
  TRAFFIC_SIGN,
  VEGETATION,
  TERRAIN,
  SKY,
  PERSON,
  RIDER,
  CAR,
  TRUCK,
  BUS,
  TRAIN,
  MOTORCYCLE,
  BICYCLE,
  /** The bonnet of the car that carries the camera; its label is 255. */
  EGO_VEHICLE;

  /** Returns the train id, 255 where the pixel counts for nothing. */
  byte trainId() {
    return this == EGO_VEHICLE ? (byte) 255 : (byte) ordinal();
  }
}
