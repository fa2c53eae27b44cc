package io.millrace.reader.mysql.event;

/**
 * The types of binlog events, by the names and numbers of the servers' sources (MySQL's {@code binlog_event.h}, MariaDB's
 * {@code log_event.h}), and what the stream does with each.
 */
public enum EventType {
    QUERY_EVENT(2, Use.DECODED),
    STOP_EVENT(3, Use.HARMLESS),
    ROTATE_EVENT(4, Use.DECODED),
    /** Values for the statement that follows, which is itself judged. */
    INTVAR_EVENT(5, Use.HARMLESS),
    RAND_EVENT(13, Use.HARMLESS),
    USER_VAR_EVENT(14, Use.HARMLESS),
    /** Blocks of a file for the EXECUTE_LOAD_QUERY_EVENT that follows, which is itself judged. */
    APPEND_BLOCK_EVENT(9, Use.HARMLESS),
    DELETE_FILE_EVENT(11, Use.HARMLESS),
    BEGIN_LOAD_QUERY_EVENT(17, Use.HARMLESS),
    EXECUTE_LOAD_QUERY_EVENT(18, Use.DECODED),
    FORMAT_DESCRIPTION_EVENT(15, Use.DECODED),
    XID_EVENT(16, Use.DECODED),
    TABLE_MAP_EVENT(19, Use.DECODED),
    WRITE_ROWS_EVENT_V1(23, Use.DECODED),
    UPDATE_ROWS_EVENT_V1(24, Use.DECODED),
    DELETE_ROWS_EVENT_V1(25, Use.DECODED),
    /** The server says that its binlog lacks something. */
    INCIDENT_EVENT(26, Use.REFUSED),
    HEARTBEAT_LOG_EVENT(27, Use.DECODED),
    IGNORABLE_LOG_EVENT(28, Use.HARMLESS),
    /** The statement behind row events, as a comment. */
    ROWS_QUERY_LOG_EVENT(29, Use.HARMLESS),
    WRITE_ROWS_EVENT(30, Use.DECODED),
    UPDATE_ROWS_EVENT(31, Use.DECODED),
    DELETE_ROWS_EVENT(32, Use.DECODED),
    GTID_LOG_EVENT(33, Use.DECODED),
    ANONYMOUS_GTID_LOG_EVENT(34, Use.DECODED),
    PREVIOUS_GTIDS_LOG_EVENT(35, Use.DECODED),
    /** Of group replication: certification data and membership, no rows. */
    TRANSACTION_CONTEXT_EVENT(36, Use.HARMLESS),
    VIEW_CHANGE_EVENT(37, Use.HARMLESS),
    XA_PREPARE_LOG_EVENT(38, Use.DECODED),
    PARTIAL_UPDATE_ROWS_EVENT(39, Use.DECODED),
    TRANSACTION_PAYLOAD_EVENT(40, Use.DECODED),
    HEARTBEAT_LOG_EVENT_V2(41, Use.DECODED),
    GTID_TAGGED_LOG_EVENT(42, Use.DECODED),
    /** MariaDB: the statement behind row events. */
    ANNOTATE_ROWS_EVENT(160, Use.DECODED),
    /** MariaDB: which older files its own crash recovery needs. */
    BINLOG_CHECKPOINT_EVENT(161, Use.HARMLESS),
    GTID_EVENT(162, Use.DECODED),
    GTID_LIST_EVENT(163, Use.DECODED),
    START_ENCRYPTION_EVENT(164, Use.REFUSED),
    QUERY_COMPRESSED_EVENT(165, Use.DECODED),
    WRITE_ROWS_COMPRESSED_EVENT_V1(166, Use.DECODED),
    UPDATE_ROWS_COMPRESSED_EVENT_V1(167, Use.DECODED),
    DELETE_ROWS_COMPRESSED_EVENT_V1(168, Use.DECODED),
    WRITE_ROWS_COMPRESSED_EVENT(169, Use.DECODED),
    UPDATE_ROWS_COMPRESSED_EVENT(170, Use.DECODED),
    DELETE_ROWS_COMPRESSED_EVENT(171, Use.DECODED),
    /** MariaDB since 12.x: a piece of a row event that is larger than a replica takes. */
    PARTIAL_ROW_DATA_EVENT(172, Use.REFUSED);

    /** What the stream does with events of a type. A type that is not listed at all is refused. */
    public enum Use {
        DECODED,
        /** Carries no row and no statement: passed over. */
        HARMLESS,
        /** Stops the stream. */
        REFUSED
    }

    private static final EventType[] BY_CODE = new EventType[256];

    static {
        for (EventType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final Use use;

    EventType(int code, Use use) {
        this.code = code;
        this.use = use;
    }

    public int code() {
        return code;
    }

    public Use use() {
        return use;
    }

    /** The type of a header's byte, or null where it has no name here. */
    public static EventType ofCode(int code) {
        return BY_CODE[code & 0xFF];
    }

    /** As a person reads it: name and byte. */
    public static String describe(int code) {
        EventType type = ofCode(code);
        return (type == null ? "unknown" : type.name()) + " (0x" + Integer.toHexString(code & 0xFF) + ")";
    }
}
