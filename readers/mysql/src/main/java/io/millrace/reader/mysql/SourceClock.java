package io.millrace.reader.mysql;

/** The source's clock as far as it is known: ours, and how far the two were apart on connect. Immutable. */
record SourceClock(long offsetMicros) {
    static SourceClock at(long sourceMicros) {
        return new SourceClock(sourceMicros - System.currentTimeMillis() * 1000);
    }

    long nowMicros() {
        return System.currentTimeMillis() * 1000 + offsetMicros;
    }
}
