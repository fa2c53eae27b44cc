package io.millrace.reader.mysql.event;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What a dump says of the events that carry neither rows nor a transaction's name: numbers, names and lengths. Never a value, a
 * statement or a message, which may hold values of rows. Pure.
 */
final class EventDetail {
    private static final int LAST_INSERT_ID = 1;
    private static final int GTID_LIST_COUNT_MASK = 0x0FFF_FFFF;

    private EventDetail() {}

    /** For a type that is not described elsewhere; {@code bytes} stand behind the header. */
    static String of(EventType type, EventBytes bytes) {
        return switch (type) {
            case INTVAR_EVENT -> " variable=" + (bytes.u8("type") == LAST_INSERT_ID ? "LAST_INSERT_ID" : "INSERT_ID");
            case RAND_EVENT -> " seeds=2";
            case USER_VAR_EVENT -> {
                int length = bytes.i32("nameLength");
                yield " variable=@" + bytes.text(length, "name") + ", null=" + (bytes.u8("isNull") != 0);
            }
            case APPEND_BLOCK_EVENT, BEGIN_LOAD_QUERY_EVENT ->
                " file=" + bytes.u32("file") + ", bytes=" + bytes.remaining();
            case DELETE_FILE_EVENT -> " file=" + bytes.u32("file");
            case INCIDENT_EVENT -> " incident=" + bytes.u16("incident");
            case HEARTBEAT_LOG_EVENT -> " file=" + bytes.text(bytes.remaining(), "file");
            case ROWS_QUERY_LOG_EVENT, ANNOTATE_ROWS_EVENT -> " statement bytes=" + bytes.remaining();
            case XA_PREPARE_LOG_EVENT -> xaPrepare(bytes);
            case VIEW_CHANGE_EVENT -> " view=" + zeroTerminated(bytes, 40);
            case BINLOG_CHECKPOINT_EVENT -> " file=" + bytes.text(bytes.i32("length"), "file");
            case GTID_LIST_EVENT -> gtidList(bytes);
            case START_ENCRYPTION_EVENT -> " scheme=" + bytes.u8("scheme") + ", key=" + bytes.u32("keyVersion");
            default -> bytes.remaining() == 0 ? "" : " bytes=" + bytes.remaining();
        };
    }

    private static String xaPrepare(EventBytes bytes) {
        boolean isOnePhase = bytes.u8("onePhase") != 0;
        long format = bytes.u32("format");
        int gtrid = bytes.i32("gtridLength");
        int bqual = bytes.i32("bqualLength");
        HexFormat hex = HexFormat.of();
        return " onePhase=" + isOnePhase + ", xid=X'" + hex.formatHex(bytes.bytes(gtrid, "gtrid")) + "',X'"
                + hex.formatHex(bytes.bytes(bqual, "bqual")) + "'," + format;
    }

    private static String zeroTerminated(EventBytes bytes, int length) {
        String text = bytes.text(Math.min(length, bytes.remaining()), StandardCharsets.US_ASCII, "view");
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    private static String gtidList(EventBytes bytes) {
        int count = bytes.i32("count") & GTID_LIST_COUNT_MASK;
        StringBuilder text = new StringBuilder(" gtids=");
        for (int i = 0; i < count; i++) {
            String domain = Long.toString(bytes.u32("domain"));
            String server = Long.toString(bytes.u32("server"));
            text.append(i == 0 ? "" : ",")
                    .append(domain)
                    .append('-')
                    .append(server)
                    .append('-')
                    .append(Long.toUnsignedString(bytes.i64("sequence")));
        }
        return text.toString();
    }
}
