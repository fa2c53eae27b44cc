package io.millrace.reader.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.BinlogPosition;
import io.millrace.position.TransactionId;
import io.millrace.reader.TableSelection;
import io.millrace.row.Operation;
import io.millrace.wal.ChangeSink;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Turns the events of a binlog into changes of a sink. It knows nothing of the network: events come one by one, from a server or
 * from bytes in a test.
 *
 * <pre>
 *  event ─▶ checksum ─▶ TABLE_MAP ─▶ {@link RowPlans}
 *                       rows      ─▶ {@link RowEvents}         ─▶ ChangeSink
 *                       GTID, XID ─▶ {@link BinlogTransaction} ─▶ ChangeSink
 *                       QUERY     ─▶ {@link BinlogQueries}
 * </pre>
 *
 * An event that is not decoded stops the stream unless it is known to carry neither rows nor statements. Confined to the
 * stream's thread. Hot path: allocates nothing for row events.
 */
final class BinlogStream {
    private final ChangeSink sink;
    private final BinlogResume resume;
    private final EventPlace place = new EventPlace();
    private final EventHeader header = new EventHeader();
    private final EventBytes bytes = new EventBytes(place);
    private final EventChecksum checksum;
    private final BinlogTransaction transaction;
    private final BinlogQueries queries;
    private final RowPlans plans;
    private final RowEvents rows;
    private final SourceClock clock;
    private FormatDescriptionEvent format;

    BinlogStream(
            ChangeSink sink,
            TableSelection selection,
            TableShapes shapes,
            SourceCharsets charsets,
            BinlogResume resume,
            SourceClock clock,
            boolean hasChecksums) {
        this.sink = sink;
        this.resume = resume;
        this.clock = clock;
        checksum = new EventChecksum(hasChecksums);
        transaction = new BinlogTransaction(sink, place);
        queries = new BinlogQueries(transaction, selection, shapes, place);
        plans = new RowPlans(selection, shapes, charsets, sink, place);
        rows = new RowEvents(plans, sink, place);
    }

    /** The source's commit time of the transaction that passed last, or passes now. */
    long lastCommitMicros() {
        return transaction.id().commitTimeMicros;
    }

    EventPlace place() {
        return place;
    }

    /**
     * One event, whole, with its checksum. Its bytes are read during the call only.
     *
     * @param array what {@code buffer} wraps, from its first byte
     */
    void onEvent(UnsafeBuffer buffer, byte[] array, int offset, int length) {
        if (length < EventHeader.LENGTH) {
            throw place.tooShort("header", EventHeader.LENGTH, length);
        }
        header.wrap(buffer, offset);
        int typeCode = header.typeCode();
        boolean isArtificial = (header.flags() & EventHeader.FLAG_ARTIFICIAL) != 0;
        place.advance(typeCode, isArtificial ? 0 : header.endPosition(), length);
        if (header.eventLength() != length) {
            throw place.malformed("eventLength", header.eventLength());
        }
        EventType type = EventType.ofCode(typeCode);
        if (type == EventType.FORMAT_DESCRIPTION_EVENT) {
            onFormat(buffer, array, offset, length);
            return;
        }
        checksum.verify(array, offset, length, place);
        int end = offset + length - checksum.trailerLength();
        bytes.wrap(buffer, offset + EventHeader.LENGTH, end);
        if (type == null) {
            if ((header.flags() & EventHeader.FLAG_IGNORABLE) == 0) {
                throw place.unsupported("event type is not known");
            }
            return;
        }
        dispatch(type, buffer);
    }

    private void dispatch(EventType type, UnsafeBuffer buffer) {
        switch (type) {
            case TABLE_MAP_EVENT -> {
                if (!transaction.isSkipped()) {
                    plans.map(bytes);
                }
            }
            case WRITE_ROWS_EVENT -> rows.decode(buffer, bytes, Operation.INSERT, true, transaction);
            case UPDATE_ROWS_EVENT -> rows.decode(buffer, bytes, Operation.UPDATE, true, transaction);
            case DELETE_ROWS_EVENT -> rows.decode(buffer, bytes, Operation.DELETE, true, transaction);
            case WRITE_ROWS_EVENT_V1 -> rows.decode(buffer, bytes, Operation.INSERT, false, transaction);
            case UPDATE_ROWS_EVENT_V1 -> rows.decode(buffer, bytes, Operation.UPDATE, false, transaction);
            case DELETE_ROWS_EVENT_V1 -> rows.decode(buffer, bytes, Operation.DELETE, false, transaction);
            case XID_EVENT -> transaction.commit();
            case QUERY_EVENT, EXECUTE_LOAD_QUERY_EVENT ->
                queries.onQuery(bytes, format(type).postHeaderLength(type), header.timestampSeconds());
            case GTID_LOG_EVENT, ANONYMOUS_GTID_LOG_EVENT -> onGtid(type == EventType.ANONYMOUS_GTID_LOG_EVENT);
            case GTID_EVENT -> onMariaDbGtid();
            case PREVIOUS_GTIDS_LOG_EVENT -> resume.onPreviousGtids(bytes);
            case ROTATE_EVENT -> onRotate();
            case XA_PREPARE_LOG_EVENT -> queries.onXaPrepare(bytes);
            case HEARTBEAT_LOG_EVENT, HEARTBEAT_LOG_EVENT_V2 -> onHeartbeat();
            case GTID_LIST_EVENT -> {
                // The domains' places at the start of a file; a position by file is resolved by the server itself.
            }
            default -> onOther(type);
        }
    }

    private void onFormat(UnsafeBuffer buffer, byte[] array, int offset, int length) {
        int end = offset + length;
        format = FormatDescriptionEvent.decode(bytes.wrap(buffer, offset + EventHeader.LENGTH, end));
        checksum.use(format.hasChecksums());
        place.serverVersion(format.serverVersion());
        // The server sets the flag while it writes the file, without a new checksum.
        int flagsAt = offset + EventHeader.LENGTH - 2;
        byte flags = array[flagsAt];
        array[flagsAt] = (byte) (flags & ~EventHeader.FLAG_IN_USE);
        checksum.verify(array, offset, length, place);
        array[flagsAt] = flags;
        plans.clear();
    }

    private FormatDescriptionEvent format(EventType type) {
        if (format == null) {
            throw new MillraceException(
                    ErrorCode.EVENT_UNDECODABLE,
                    "event before FORMAT_DESCRIPTION_EVENT: event=" + type + ", " + place.text());
        }
        return format;
    }

    private void onRotate() {
        long position = bytes.i64("position");
        place.rotate(bytes.text(bytes.remaining(), "file"), position);
        plans.clear();
    }

    private void onGtid(boolean isAnonymous) {
        GtidDecoder.decodeMySql(bytes, header.timestampSeconds(), isAnonymous, transaction.id());
        transaction.id().fileNumber = place.fileNumber();
        transaction.announce(resume.isPassed(transaction.id(), place));
    }

    private void onMariaDbGtid() {
        TransactionId id = transaction.id();
        int flags = GtidDecoder.decodeMariaDb(bytes, header.timestampSeconds(), header.serverId(), id);
        id.fileNumber = place.fileNumber();
        transaction.announce(resume.isPassed(id, place));
        if (GtidDecoder.isXa(flags)) {
            queries.onXa(GtidDecoder.xid(bytes, flags));
        }
        if (!GtidDecoder.isStandalone(flags)) {
            transaction.open(header.timestampSeconds());
        }
    }

    private void onHeartbeat() {
        if (transaction.isIdle() && resume.isDone()) {
            // Without GTIDs the place moves on where no transaction does: into the next file.
            boolean isByFile = sink.position() instanceof BinlogPosition;
            sink.heartbeat(
                    isByFile ? BinlogPosition.of(place.file(), place.end()) : sink.position(), clock.nowMicros());
        }
    }

    private void onOther(EventType type) {
        switch (type.use()) {
            case HARMLESS -> {
                // Neither rows nor statements.
            }
            case DECODED -> throw new MillraceException(ErrorCode.INVARIANT, "event has no decoder: event=" + type);
            case REFUSED -> {
                boolean hasTable = switch (type) {
                    case PARTIAL_UPDATE_ROWS_EVENT,
                            WRITE_ROWS_COMPRESSED_EVENT_V1,
                            UPDATE_ROWS_COMPRESSED_EVENT_V1,
                            DELETE_ROWS_COMPRESSED_EVENT_V1,
                            WRITE_ROWS_COMPRESSED_EVENT,
                            UPDATE_ROWS_COMPRESSED_EVENT,
                            DELETE_ROWS_COMPRESSED_EVENT -> true;
                    default -> false;
                };
                if (!transaction.isSkipped() && !(hasTable && rows.isOfOthers(bytes))) {
                    throw place.unsupported("event is not supported yet");
                }
            }
        }
    }
}
