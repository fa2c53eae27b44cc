package io.millrace.reader;

import io.millrace.row.RowEncoder;

/** Takes the rows of a chunk. Confined to the chunk reader's thread. */
public interface ChunkSink {
    /** The encoder with an empty record begun; the caller encodes one image. */
    RowEncoder beginRow();

    /** Ends the row. May block while the target is busy. */
    void endRow();
}
