package io.millrace.reader.mysql;

import io.millrace.reader.TableSelection;
import io.millrace.reader.mysql.charset.ByteCharsets;
import io.millrace.reader.mysql.charset.SourceCharsets;
import io.millrace.schema.TableId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/** Decodes a sample's events into frames in memory, over and over: the head of the file once, all behind it each time. */
final class SampleDecode {
    private final BinlogSample sample;
    private final UnsafeBuffer buffer;
    private final FrameSink sink = new FrameSink();
    private final BinlogStream stream;

    SampleDecode(BinlogSample sample, boolean checksums) {
        this.sample = sample;
        buffer = new UnsafeBuffer(sample.bytes);
        SourceCharsets charsets = new SourceCharsets(
                Map.of(
                        255, new SourceCharsets.Collation("utf8mb4_0900_ai_ci", "utf8mb4"),
                        8, new SourceCharsets.Collation("latin1_swedish_ci", "latin1"),
                        11, new SourceCharsets.Collation("ascii_general_ci", "ascii"),
                        45, new SourceCharsets.Collation("utf8mb4_general_ci", "utf8mb4")),
                ByteCharsets.load());
        SourceClock clock = new SourceClock(0);
        stream = new BinlogStream(
                sink, new Everything(), table -> null, charsets, BinlogResume.plain(sink, clock), clock, checksums);
        decode(0);
        if (sink.images() != BinlogSample.IMAGES) {
            throw new IllegalStateException("sample has other rows: images=" + sink.images());
        }
        System.out.printf(
                Locale.ROOT,
                "event bytes per image: %.1f, encoded bytes per image: %.1f%n",
                (double) sample.bytes.length / BinlogSample.IMAGES,
                (double) sink.bytes() / BinlogSample.IMAGES);
    }

    private record Everything() implements TableSelection {
        @Override
        public boolean isSelected(TableId table) {
            return true;
        }

        @Override
        public List<String> declaredKey(TableId table) {
            return List.of();
        }
    }

    private void decode(int from) {
        int[] offsets = sample.offsets;
        for (int i = from; i + 1 < offsets.length; i++) {
            stream.onEvent(buffer, sample.bytes, offsets[i], offsets[i + 1] - offsets[i]);
        }
    }

    /** Decodes all row images once; returns something that depends on them. */
    long run() {
        decode(sample.first);
        return sink.hashes();
    }

    /** Throws where images were lost. */
    void verify() {
        if (sink.images() % BinlogSample.IMAGES != 0) {
            throw new IllegalStateException("images were lost: images=" + sink.images());
        }
    }
}
