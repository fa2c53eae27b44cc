package io.millrace.wal.mapped;

import io.millrace.wal.codec.LogLimits;

/** Small sizes, so that a test meets every limit with little data. */
final class TestLimits {
    static final LogLimits SMALL = new LogLimits(128 << 10, 4 << 10, 16 << 10, 8 << 10, 64 << 10, 128);

    private TestLimits() {}
}
