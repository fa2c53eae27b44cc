package io.millrace.wal.codec;

/**
 * Layout of one document of the log, and of its index. All integers are little-endian.
 *
 * <pre>
 *   0                   4                   8
 *  +-------------------+-------------------+
 *  | CRC32C            | length            |   over everything behind the CRC; whole document, a multiple of 8
 *  +-------------------+-------------------+
 *  | epoch             | flags             |   the open that wrote it
 *  +-------------------+-------------------+
 *  | index                                 |   its own: a block of another file or time is no document
 *  +---------------------------------------+
 *  | frames …                              |
 *  +---------------------------------------+
 * </pre>
 *
 * An index is {@code cycle << 32 | number}: the file, counted over all epochs, and the document in it from 0. A document
 * starts on a multiple of 8 in its file, so up to 4 bytes stand between Chronicle's own header and it.
 */
public final class DocumentDescriptor {
    public static final int CRC_OFFSET = 0;
    public static final int LENGTH_OFFSET = 4;
    public static final int EPOCH_OFFSET = 8;
    public static final int FLAGS_OFFSET = 12;
    public static final int INDEX_OFFSET = 16;
    public static final int HEADER_LENGTH = 24;

    /** A transaction of an earlier document goes on here; the first frame is CONTINUE. */
    public static final int STARTS_INSIDE = 1;
    /** A transaction goes on in the next document. Without this flag the document ends clean. */
    public static final int ENDS_INSIDE = 1 << 1;

    public static final int HAS_SCHEMA = 1 << 2;
    public static final int HAS_ROLLBACK = 1 << 3;
    /** The first document of a file, with the frame FILE_START alone. */
    public static final int IS_FILE_START = 1 << 4;
    /** Further parts of a row follow in the next document: no place for a checkpoint. */
    public static final int ENDS_IN_ROW = 1 << 5;

    /** Holds rows of a chain, or lists of its documents: lanes pass it by, and come back to it at the chain's COMMIT. */
    public static final int IS_CHAIN = 1 << 6;
    /** Holds a CHAIN_PREPARE, CHAIN_COMMIT or CHAIN_ROLLBACK alone. */
    public static final int IS_CHAIN_END = 1 << 7;

    private DocumentDescriptor() {}

    public static long index(int cycle, long number) {
        return ((long) cycle << 32) | number;
    }

    public static int cycle(long index) {
        return (int) (index >>> 32);
    }

    public static long number(long index) {
        return index & 0xFFFF_FFFFL;
    }

    public static long align(long position) {
        return (position + 7) & -8L;
    }
}
