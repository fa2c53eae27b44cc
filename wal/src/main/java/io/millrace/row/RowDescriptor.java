package io.millrace.row;

/**
 * Layout of one row change. All integers are little-endian; a record and each of its images start on a multiple of 8.
 *
 * <pre>
 * record
 *   0                   4                   8
 *  +-------------------+-------------------+
 *  | length            | before length     |   whole record in bytes; bytes of the before image, 0 where there is none, plus
 *  |                   |                   |   1 where the source did not look at foreign keys
 *  +-------------------+-------------------+
 *  | key hash                              |   of the key after the change; for DELETE of the key before it
 *  +---------------------------------------+
 *  | before key hash                       |   UPDATE: of the key before the change; else the key hash again
 *  +---------------------------------------+
 *  | before image …                        |   UPDATE and DELETE
 *  +---------------------------------------+
 *  | after image …                         |   INSERT and UPDATE
 *  +---------------------------------------+
 *
 * image
 *  +-------------------+-------------------+
 *  | length            | column count      |   bytes of this image, a multiple of 8
 *  +-------------------+-------------------+
 *  | presence bits, one word for 64 columns|   1: the source sent the column; 0: absent, which is not NULL
 *  +---------------------------------------+
 *  | null bits, one word for 64 columns    |   1: NULL
 *  +---------------------------------------+
 *  | slots, 8 bytes a column               |   the value, or length &lt;&lt; 32 | offset from the image's start
 *  +---------------------------------------+
 *  | bytes of the variable columns …       |
 *  +---------------------------------------+
 * </pre>
 */
public final class RowDescriptor {
    public static final int ALIGNMENT = 8;

    public static final int LENGTH_OFFSET = 0;
    public static final int BEFORE_LENGTH_OFFSET = 4;

    /**
     * Set in the before length, whose lower bits are free: the source changed the row without looking at foreign keys, so that
     * none of their actions ran.
     */
    public static final int KEYS_RESTED = 1;

    public static final int BEFORE_LENGTH_MASK = -ALIGNMENT;

    public static final int KEY_HASH_OFFSET = 8;
    public static final int BEFORE_KEY_HASH_OFFSET = 16;
    public static final int RECORD_HEADER_LENGTH = 24;

    public static final int IMAGE_LENGTH_OFFSET = 0;
    public static final int IMAGE_COLUMN_COUNT_OFFSET = 4;
    public static final int IMAGE_BITS_OFFSET = 8;

    private RowDescriptor() {}

    /** Rounds up to the alignment of records and images. */
    public static int align(int length) {
        return (length + (ALIGNMENT - 1)) & -ALIGNMENT;
    }

    /** Words of 64 bits that hold one bit a column. */
    public static int bitWords(int columnCount) {
        return (columnCount + 63) >>> 6;
    }

    /** Where the slots start, from the start of an image. */
    public static int slotsOffset(int columnCount) {
        return IMAGE_BITS_OFFSET + (bitWords(columnCount) << 4);
    }

    /** Bytes of an image before its variable part. */
    public static int imageFixedLength(int columnCount) {
        return slotsOffset(columnCount) + (columnCount << 3);
    }
}
