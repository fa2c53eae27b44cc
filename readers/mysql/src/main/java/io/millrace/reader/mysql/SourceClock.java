package io.millrace.reader.mysql;

/** The source's clock as far as it is known: ours, and how far the two were apart on connect. Immutable. */
record SourceClock(long offsetMicros) {
    /** From the source's answer and our clock before and after it: it is taken to have looked half way between. */
    static SourceClock between(long beforeMillis, long sourceMicros, long afterMillis) {
        return new SourceClock(sourceMicros - (beforeMillis + afterMillis) * 500);
    }

    long nowMicros() {
        return System.currentTimeMillis() * 1000 + offsetMicros;
    }
}
