package io.millrace.dirty;

/**
 * Layout of a task's file of dirty rows, {@code dirty/rows} in its data directory. Numbers are big-endian. Blocks are appended, each
 * forced before anything relies on it; the file is replaced as a whole when rows leave it.
 *
 * <pre>
 * file     "MRDIRTY1", block …
 * block    int magic, int length, int CRC32C of the eight bytes before, int CRC32C of the records, record …
 * record   byte kind, int length, body
 *
 * kind  body
 * 1     SCHEMA  int number, int length, schema as the change log writes it
 * 2     ROW     long number, place, 88 bytes of transaction, long ordinal in it, text position, long commit time in
 *               microseconds, int schema,
 *               text namespace, text name, text operation, byte rested, text error, text sqlstate, text reason,
 *               long stored in milliseconds, bytes before, bytes image
 * 3     MARK    long number of a row, byte state, place of the change that overtook it, or of an open row where it was met
 *               last; a later mark takes the place of an earlier one
 * 4     NEXT    long number that the next row gets
 *
 * place    long, long log id, long index, long row, byte old key
 * text     int length, UTF-8
 * bytes    int length, …
 * </pre>
 *
 * <p>A block at the end that is not whole was never relied on and is cut off. Anything else that does not add up is damage.
 */
final class DirtyFileDescriptor {
    static final byte[] SIGNATURE = {'M', 'R', 'D', 'I', 'R', 'T', 'Y', '1'};
    static final int BLOCK_MAGIC = 0x4D52_444B;
    static final int BLOCK_HEADER_LENGTH = 16;

    static final byte SCHEMA = 1;
    static final byte ROW = 2;
    static final byte MARK = 3;
    static final byte NEXT = 4;

    private DirtyFileDescriptor() {}
}
