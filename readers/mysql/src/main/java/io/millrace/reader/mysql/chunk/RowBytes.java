package io.millrace.reader.mysql.chunk;

/**
 * A row as it came over the wire, in the binary protocol: asked for as an object of the row's first column, which must not be
 * NULL. {@link RowBytesCodec} hands it out; it is the receiver's to keep.
 */
final class RowBytes {
    private final byte[] packet;
    private final int offset;

    RowBytes(byte[] packet, int offset) {
        this.packet = packet;
        this.offset = offset;
    }

    /** The whole packet. */
    byte[] packet() {
        return packet;
    }

    /** Where the second column's value starts. */
    int offset() {
        return offset;
    }
}
