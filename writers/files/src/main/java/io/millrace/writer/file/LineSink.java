package io.millrace.writer.file;

import io.millrace.writer.Checkpoint;

/** Where lines go, in order. Confined to one thread. */
interface LineSink extends AutoCloseable {
    /** Bytes of whole lines, or of a part of a long one. */
    void write(byte[] bytes, int length);

    /** Whether no line stands yet in what is read as one: then tables' shapes are said again. */
    boolean isFresh();

    /** Lets others read what was written, durable or not. */
    void flush();

    /** Makes all lines durable, with the checkpoint behind them. */
    void checkpoint(Checkpoint next);

    @Override
    void close();
}
