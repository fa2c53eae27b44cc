package io.millrace.reader.mysql.value;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The labels of an ENUM or SET column as UTF-8, by number from 0. Immutable; allocates nothing once made. */
public final class LabelSet {
    private final DirectBuffer[] labels;

    public LabelSet(List<String> labels) {
        this.labels = labels.stream()
                .map(label -> new UnsafeBuffer(label.getBytes(StandardCharsets.UTF_8)))
                .toArray(DirectBuffer[]::new);
    }

    public int count() {
        return labels.length;
    }

    public DirectBuffer label(int number) {
        return labels[number];
    }
}
