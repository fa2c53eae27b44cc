package io.millrace.writer.file;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/**
 * How lines are packed. A compressed file is a row of whole parts, gzip members or zstd frames, one a checkpoint, which all tools read
 * as one: so it can be cut back behind any of them.
 */
enum Compression {
    NONE("") {
        @Override
        OutputStream part(OutputStream file) {
            return file;
        }
    },
    GZIP(".gz") {
        @Override
        OutputStream part(OutputStream file) throws IOException {
            return new GZIPOutputStream(file, BUFFER_BYTES);
        }
    },
    ZSTD(".zst") {
        @Override
        OutputStream part(OutputStream file) throws IOException {
            return new ZstdOutputStream(file);
        }
    };

    static final int BUFFER_BYTES = 64 << 10;

    private final String suffix;

    Compression(String suffix) {
        this.suffix = suffix;
    }

    static Compression of(String word) {
        return switch (word) {
            case "none" -> NONE;
            case "gzip" -> GZIP;
            case "zstd" -> ZSTD;
            default -> throw new IllegalArgumentException("unknown compression: word=" + word);
        };
    }

    String suffix() {
        return suffix;
    }

    /** Begins a part; closing it ends the part, and must not reach the file. */
    abstract OutputStream part(OutputStream file) throws IOException;
}
