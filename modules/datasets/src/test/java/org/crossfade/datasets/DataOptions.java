package org.crossfade.datasets;

import com.typesafe.config.ConfigFactory;
import org.crossfade.core.options.OptionReader;

/** Options of data sets as users write them. */
public final class DataOptions {
  private DataOptions() {}

  /** Returns the options at {@code data}, for example of {@code "kind = gta5, split = train"}. */
  public static DatasetOptions read(String hocon) {
    record Holder(DatasetOptions data) {}
    return OptionReader.readOne(
            ConfigFactory.parseString("holder { data {" + hocon + "} }"), "holder", Holder.class)
        .data();
  }
}
