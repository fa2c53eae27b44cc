package io.millrace.reader;

/** Takes the rows of a chunk undecoded. Confined to the chunk reader's thread. */
@FunctionalInterface
public interface RawSink {
    /** One whole row; the array may be reused when this returns. May block while the target is busy. */
    void row(byte[] bytes, int offset, int length);
}
