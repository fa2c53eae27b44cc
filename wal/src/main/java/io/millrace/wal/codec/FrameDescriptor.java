package io.millrace.wal.codec;

import io.millrace.position.TransactionId;

/**
 * Layout of the frames in a document. Each starts on a multiple of 8 and has this header:
 *
 * <pre>
 *   0                   4         5         6         8
 *  +-------------------+---------+---------+---------+
 *  | length            | type    |operation| 0       |   whole frame, a multiple of 8; operation of ROWS and ROW_PART
 *  +-------------------+---------+---------+---------+
 *
 *  FILE_START   8 continuesFrom (8) 16 durable index (8) 24 log id (16) 40 next table number (4) 44 text length (4)
 *               48 last transaction (88) 136 text of the source position …
 *  SCHEMA       8 table number (4) 12 version (4) 16 index of the table's SCHEMA before, or -1 (8) 24 schema …
 *  BEGIN        8 transaction (88)
 *  CONTINUE     8 transaction (88) 96 ordinal of the next row (8)
 *  ROWS         8 table number (4) 12 count (4) 16 ordinal of the first row (8) 24 records …
 *  ROW_PART     8 table number (4) 12 length of the record (4) 16 ordinal (8) 24 offset in the record (4) 28 length of
 *               the part (4) 32 bytes …
 *  ROLLBACK     8 first ordinal dropped (8) 16 first ordinal not dropped (8)
 *  COMMIT       8 transaction (88) 96 ordinal behind the last row (8)
 *  DDL          8 length of the body (4) 12 0 (4) 16 statement …
 *  HEARTBEAT    8 source time, microseconds (8) 16 text length (4) 20 0 (4) 24 text of the source position …
 *  CHAIN        8 xid (8) 16 ordinal of the next row (8) 24 subtransaction of the next row (8)
 *  SUBTRANSACTION  8 subtransaction of the next row (8)
 *  CHAIN_LIST   8 listing …
 *  CHAIN_PREPARE, CHAIN_COMMIT, CHAIN_ROLLBACK
 *               8 transaction (88) 96 transaction of the PREPARE (88) 184 xid (8) 192 rows (8) 200 listing … name …
 * </pre>
 */
public final class FrameDescriptor {
    public static final int LENGTH_OFFSET = 0;
    public static final int TYPE_OFFSET = 4;
    public static final int OPERATION_OFFSET = 5;
    public static final int BODY_OFFSET = 8;

    public static final int FILE_START = 1;
    public static final int SCHEMA = 2;
    public static final int BEGIN = 3;
    public static final int CONTINUE = 4;
    public static final int ROWS = 5;
    public static final int ROW_PART = 6;
    public static final int ROLLBACK = 7;
    public static final int COMMIT = 8;
    public static final int HEARTBEAT = 9;
    public static final int CHAIN = 10;
    public static final int SUBTRANSACTION = 11;
    public static final int CHAIN_LIST = 12;
    public static final int CHAIN_PREPARE = 13;
    public static final int CHAIN_COMMIT = 14;
    public static final int CHAIN_ROLLBACK = 15;

    public static final int DDL = 16;

    public static final int FILE_START_CONTINUES_FROM = 8;
    public static final int FILE_START_DURABLE = 16;
    public static final int FILE_START_ID_HIGH = 24;
    public static final int FILE_START_ID_LOW = 32;
    public static final int FILE_START_NEXT_TABLE = 40;
    public static final int FILE_START_TEXT_LENGTH = 44;
    public static final int FILE_START_LAST = 48;
    public static final int FILE_START_TEXT = FILE_START_LAST + TransactionId.LENGTH;

    public static final int SCHEMA_TABLE = 8;
    public static final int SCHEMA_VERSION = 12;
    public static final int SCHEMA_PREVIOUS = 16;
    public static final int SCHEMA_BODY = 24;

    public static final int TRANSACTION_ID = 8;
    public static final int BEGIN_LENGTH = TRANSACTION_ID + TransactionId.LENGTH;
    public static final int TRANSACTION_ORDINAL = BEGIN_LENGTH;
    public static final int COMMIT_LENGTH = TRANSACTION_ORDINAL + 8;
    public static final int CONTINUE_LENGTH = COMMIT_LENGTH;

    public static final int ROWS_TABLE = 8;
    public static final int ROWS_COUNT = 12;
    public static final int ROWS_ORDINAL = 16;
    public static final int ROWS_HEADER_LENGTH = 24;

    public static final int PART_TABLE = 8;
    public static final int PART_ROW_LENGTH = 12;
    public static final int PART_ORDINAL = 16;
    public static final int PART_OFFSET = 24;
    public static final int PART_LENGTH = 28;
    public static final int PART_HEADER_LENGTH = 32;

    public static final int ROLLBACK_FROM = 8;
    public static final int ROLLBACK_TO = 16;
    public static final int ROLLBACK_LENGTH = 24;

    public static final int DDL_LENGTH = 8;
    public static final int DDL_BODY = 16;

    public static final int HEARTBEAT_TIME = 8;
    public static final int HEARTBEAT_TEXT_LENGTH = 16;
    public static final int HEARTBEAT_TEXT = 24;

    public static final int CHAIN_XID = 8;
    public static final int CHAIN_ORDINAL = 16;
    public static final int CHAIN_SUBTRANSACTION = 24;
    public static final int CHAIN_LENGTH = 32;

    public static final int SUBTRANSACTION_XID = 8;
    public static final int SUBTRANSACTION_LENGTH = 16;

    /** Where a {@code ChainListing} starts. */
    public static final int CHAIN_LIST_LISTING = 8;

    public static final int CHAIN_END_PREPARE = TRANSACTION_ID + TransactionId.LENGTH;
    public static final int CHAIN_END_XID = CHAIN_END_PREPARE + TransactionId.LENGTH;
    public static final int CHAIN_END_ROWS = CHAIN_END_XID + 8;
    public static final int CHAIN_END_LISTING = CHAIN_END_ROWS + 8;

    private FrameDescriptor() {}

    /** The frame's name in dumps and messages. */
    public static String name(int type) {
        return switch (type) {
            case FILE_START -> "FILE_START";
            case SCHEMA -> "SCHEMA";
            case BEGIN -> "BEGIN";
            case CONTINUE -> "CONTINUE";
            case ROWS -> "ROWS";
            case ROW_PART -> "ROW_PART";
            case ROLLBACK -> "ROLLBACK";
            case COMMIT -> "COMMIT";
            case HEARTBEAT -> "HEARTBEAT";
            case CHAIN -> "CHAIN";
            case SUBTRANSACTION -> "SUBTRANSACTION";
            case CHAIN_LIST -> "CHAIN_LIST";
            case CHAIN_PREPARE -> "CHAIN_PREPARE";
            case CHAIN_COMMIT -> "CHAIN_COMMIT";
            case CHAIN_ROLLBACK -> "CHAIN_ROLLBACK";
            case DDL -> "DDL";
            default -> "unknown frame 0x" + Integer.toHexString(type);
        };
    }
}
