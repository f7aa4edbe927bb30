package org.crossfade.serving;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.serving.model.LoadedModel;

/** Labels a pixel by its red: class 1 from 128 on, class 0 below. It can be made to wait. */
public final class FakeModel implements LoadedModel {
  private static final int MANY = 1_000_000;

  private final Semaphore gate = new Semaphore(MANY);
  private final AtomicInteger asked = new AtomicInteger();
  private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());

  /** Lets no batch through until {@link #open}. */
  public void shut() {
    gate.drainPermits();
  }

  public void open() {
    gate.release(MANY);
  }

  /** The sizes of all batches so far. */
  public List<Integer> batches() {
    return List.copyOf(batches);
  }

  /** How often it was asked, batches that still wait included. */
  public int asked() {
    return asked.get();
  }

  @Override
  public String title() {
    return "a <fake> model";
  }

  @Override
  public LabelSpace labelSpace() {
    return LabelSpace.of(19);
  }

  @Override
  public List<LabelMap> predict(List<Image> images) {
    asked.incrementAndGet();
    gate.acquireUninterruptibly();
    batches.add(images.size());
    var maps = new ArrayList<LabelMap>();
    for (Image image : images) {
      if (Arrays.equals(Arrays.copyOf(image.rgb(), 3), new byte[] {66, 66, 66})) {
        throw new IllegalStateException("a secret of the server");
      }
      byte[] ids = new byte[image.height() * image.width()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = (byte) (image.rgb()[3 * i] < 0 ? 1 : 0);
      }
      maps.add(new LabelMap(image.height(), image.width(), ids));
    }
    return maps;
  }

  @Override
  public long bytesToPredict(int height, int width) {
    return 100L * height * width;
  }

  @Override
  public void close() {}
}
