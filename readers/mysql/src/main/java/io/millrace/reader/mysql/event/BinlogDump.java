package io.millrace.reader.mysql.event;

import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.reader.mysql.statement.BinlogStatement;
import io.millrace.schema.TableId;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Prints a binlog file, a line an event: offset, length, time, type, and what the event is about; the events inside a
 * TRANSACTION_PAYLOAD_EVENT below it, with {@code +} before their offset. Never a row's value nor a
 * statement's text, so that a dump can be shown to others.
 *
 * <p>An event that cannot be read is printed with the reason, and the dump goes on behind it. Confined to one thread.
 */
public final class BinlogDump {
    private final PrintStream out;
    private final EventPlace place = new EventPlace();
    private final EventHeader header = new EventHeader();
    private final EventBytes bytes = new EventBytes(place);
    private final EventChecksum checksum = new EventChecksum(false);
    private final TransactionId id = new TransactionId();
    private final Map<Long, TableId> tables = new HashMap<>();
    private final MariaDbInflater inflater = new MariaDbInflater();
    private final TransactionPayload payload =
            new TransactionPayload(place, this::onInnerEvent, BinlogFile.EVENT_LIMIT);
    private FormatDescriptionEvent format;

    private BinlogDump(PrintStream out) {
        this.out = out;
    }

    /**
     * Prints a whole file.
     *
     * @param in the file's bytes, from its magic on
     * @param name the file's name, for messages
     * @throws MillraceException where it is no binlog file
     * @throws IOException where it cannot be read, or ends inside an event
     */
    public static void print(InputStream in, String name, PrintStream out) throws IOException {
        new BinlogDump(out).print(in, name);
    }

    private void print(InputStream in, String name) throws IOException {
        place.name(name);
        BinlogFile file = new BinlogFile(in, place);
        try {
            while (file.next()) {
                header.wrap(file.buffer(), 0);
                place.at(header.typeCode(), file.position(), file.length());
                printLine(Long.toString(file.position()), file.length(), () -> describe(file));
                if (header.typeCode() == EventType.TRANSACTION_PAYLOAD_EVENT.code()) {
                    printInside(file);
                }
            }
        } finally {
            payload.close();
            inflater.close();
        }
        out.flush();
    }

    private void printLine(String offset, int length, Supplier<String> text) {
        out.print(offset + " " + length + " " + Instant.ofEpochSecond(header.timestampSeconds()) + " server="
                + header.serverId() + " " + EventType.describe(header.typeCode()));
        try {
            out.println(text.get());
        } catch (MillraceException e) {
            out.println(" ! " + e.display());
        }
    }

    /** The events of a transaction that is one event, each at its offset in the inflated bytes. */
    private void printInside(BinlogFile file) {
        bytes.wrap(file.buffer(), EventHeader.LENGTH, file.length() - checksum.trailerLength());
        try {
            payload.begin(bytes);
            payload.inflate(file.bytes(), bytes.position(), bytes.remaining());
            payload.end();
        } catch (MillraceException e) {
            out.println("  ! " + e.display());
        }
    }

    private void onInnerEvent(UnsafeBuffer buffer, int offset, int length) {
        header.wrap(buffer, offset);
        long innerOffset = payload.innerOffset();
        place.inside(header.typeCode(), innerOffset);
        printLine("  +" + innerOffset, length, () -> {
            bytes.wrap(buffer, offset + EventHeader.LENGTH, offset + length);
            return describe(EventType.ofCode(header.typeCode()));
        });
    }

    private String describe(BinlogFile file) {
        EventType type = EventType.ofCode(header.typeCode());
        if (type == EventType.FORMAT_DESCRIPTION_EVENT) {
            format = FormatDescriptionEvent.decode(bytes.wrap(file.buffer(), EventHeader.LENGTH, file.length()));
            place.serverVersion(format.serverVersion());
            checksum.use(format.hasChecksums());
        } else {
            checksum.verify(file.bytes(), 0, file.length(), place);
        }
        bytes.wrap(file.buffer(), EventHeader.LENGTH, file.length() - checksum.trailerLength());
        return describe(type);
    }

    private String describe(EventType type) {
        if (type == null) {
            return "";
        }
        return switch (type) {
            case FORMAT_DESCRIPTION_EVENT ->
                " version=" + format.serverVersion() + ", checksums=" + format.hasChecksums();
            case ROTATE_EVENT -> {
                long next = bytes.i64("position");
                yield " next=" + bytes.text(bytes.remaining(), "file") + ":" + next;
            }
            case GTID_LOG_EVENT -> {
                GtidDecoder.decodeMySql(bytes, header.timestampSeconds(), false, id);
                yield " gtid=" + id + ", commit=" + instant();
            }
            case GTID_TAGGED_LOG_EVENT -> {
                GtidDecoder.decodeTagged(bytes, header.timestampSeconds(), id);
                yield " gtid=" + id + ", commit=" + instant();
            }
            case PREVIOUS_GTIDS_LOG_EVENT ->
                " gtids=" + GtidSetCodec.decode(bytes).set();
            case ANONYMOUS_GTID_LOG_EVENT -> {
                GtidDecoder.decodeMySql(bytes, header.timestampSeconds(), true, id);
                yield " commit=" + instant();
            }
            case GTID_EVENT -> {
                int flags = GtidDecoder.decodeMariaDb(bytes, header.timestampSeconds(), header.serverId(), id);
                yield " gtid=" + Integer.toUnsignedString(id.domain) + "-" + id.serverLow + "-" + id.number
                        + ", standalone=" + GtidDecoder.isStandalone(flags);
            }
            case QUERY_EVENT, EXECUTE_LOAD_QUERY_EVENT, QUERY_COMPRESSED_EVENT -> statement(type);
            case XID_EVENT -> " xid=" + bytes.i64("xid");
            case TABLE_MAP_EVENT -> {
                long number = bytes.unsigned(6, "tableId");
                bytes.take(2, "flags");
                TableMapEvent event = TableMapEvent.decode(bytes);
                tables.put(number, event.table());
                yield " table=" + event.table() + ", number=" + number + ", columns="
                        + event.columns().size() + ", names=" + event.hasNames();
            }
            case WRITE_ROWS_EVENT,
                    UPDATE_ROWS_EVENT,
                    DELETE_ROWS_EVENT,
                    WRITE_ROWS_EVENT_V1,
                    UPDATE_ROWS_EVENT_V1,
                    DELETE_ROWS_EVENT_V1,
                    PARTIAL_UPDATE_ROWS_EVENT,
                    WRITE_ROWS_COMPRESSED_EVENT,
                    UPDATE_ROWS_COMPRESSED_EVENT,
                    DELETE_ROWS_COMPRESSED_EVENT,
                    WRITE_ROWS_COMPRESSED_EVENT_V1,
                    UPDATE_ROWS_COMPRESSED_EVENT_V1,
                    DELETE_ROWS_COMPRESSED_EVENT_V1 -> {
                long number = bytes.unsigned(6, "tableId");
                yield " table=" + tables.get(number) + ", number=" + number + ", bytes=" + bytes.remaining();
            }
            case TRANSACTION_PAYLOAD_EVENT -> " bytes=" + bytes.remaining();
            default -> EventDetail.of(type, bytes);
        };
    }

    private String statement(EventType type) {
        if (format == null) {
            return "";
        }
        int postHeaderLength = format.postHeaderLength(type);
        BinlogStatement statement = type == EventType.QUERY_COMPRESSED_EVENT
                ? QueryEvent.decode(bytes, postHeaderLength, inflater)
                : QueryEvent.decode(bytes, postHeaderLength);
        return " kind=" + statement.kind() + ", statement=" + statement.verb()
                + (statement.tables().isEmpty() ? "" : ", tables=" + statement.tables());
    }

    private Instant instant() {
        return Instant.ofEpochSecond(id.commitTimeMicros / 1_000_000, id.commitTimeMicros % 1_000_000 * 1000);
    }
}
