package io.millrace.reader.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.BinlogPosition;
import io.millrace.position.TransactionId;
import io.millrace.reader.TableSelection;
import io.millrace.reader.mysql.charset.SourceCharsets;
import io.millrace.reader.mysql.event.AnnotatedStatement;
import io.millrace.reader.mysql.event.BinlogFile;
import io.millrace.reader.mysql.event.EventBytes;
import io.millrace.reader.mysql.event.EventChecksum;
import io.millrace.reader.mysql.event.EventHeader;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.EventType;
import io.millrace.reader.mysql.event.FormatDescriptionEvent;
import io.millrace.reader.mysql.event.GtidDecoder;
import io.millrace.reader.mysql.event.MariaDbInflater;
import io.millrace.reader.mysql.event.PayloadParts;
import io.millrace.reader.mysql.event.TransactionPayload;
import io.millrace.reader.mysql.row.RowPlans;
import io.millrace.reader.mysql.schema.SchemaTracker;
import io.millrace.reader.mysql.schema.TableShapes;
import io.millrace.row.Operation;
import io.millrace.wal.ChangeSink;
import java.util.Optional;
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
 *                       payload   ─▶ {@link TransactionPayload} ─▶ its events, as above, without checksum
 * </pre>
 *
 * A TRANSACTION_PAYLOAD_EVENT may come in parts: {@link #parts}.
 *
 * An event that is not decoded stops the stream unless it is known to carry neither rows nor statements. Confined to the
 * stream's thread. Hot path: allocates nothing for row events. Owns what inflates; to be closed.
 */
final class BinlogStream implements AutoCloseable {
    /** Bytes of an event's start that tell whether it may come in parts. */
    private static final int TYPE_OFFSET = 4;

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
    private final SchemaTracker tracker;
    private final AnnotatedStatement statement = new AnnotatedStatement();
    private final MariaDbInflater inflater = new MariaDbInflater();
    private final TransactionPayload payload;
    private final PayloadParts parts;

    private FormatDescriptionEvent format;
    private boolean isProofDue;

    BinlogStream(
            ChangeSink sink,
            TableSelection selection,
            TableShapes shapes,
            SourceCharsets charsets,
            BinlogResume resume,
            SourceClock clock,
            boolean hasChecksums) {
        this(sink, new SchemaTracker(selection, shapes, Optional.empty()), charsets, resume, clock, hasChecksums);
    }

    BinlogStream(
            ChangeSink sink,
            SchemaTracker tracker,
            SourceCharsets charsets,
            BinlogResume resume,
            SourceClock clock,
            boolean hasChecksums) {
        this.tracker = tracker;
        this.sink = sink;
        this.resume = resume;
        this.clock = clock;
        checksum = new EventChecksum(hasChecksums);
        transaction = new BinlogTransaction(sink, place);
        queries = new BinlogQueries(transaction, tracker, charsets, sink, place);
        plans = new RowPlans(tracker, charsets, sink, place);
        rows = new RowEvents(
                plans,
                sink,
                place,
                (schema, column, row) -> tracker.putDefault(schema, column, transaction.id(), row),
                table -> transaction.id().kind != TransactionId.KIND_MARIADB || statement.isUpdateOf(table, place),
                () -> transaction.id().kind != TransactionId.KIND_MARIADB,
                new KeyRest(tracker::mayHaveActingChildren, place));
        payload = new TransactionPayload(place, this::onInnerEvent, BinlogFile.EVENT_LIMIT);
        parts = new PayloadParts(place, checksum, payload);
    }

    /** Events do not name their columns: what tables look like is to be proven before the first of them. */
    void proveShapes() {
        isProofDue = true;
    }

    /** The server's row image is FULL: what an image lacks some session left out of its own accord. */
    void expectWholeRows() {
        rows.expectWholeRows();
    }

    /** The source's commit time of the transaction that passed last, or passes now. */
    long lastCommitMicros() {
        return transaction.id().commitTimeMicros;
    }

    /** Whether the last event said no more than that the server lives. */
    boolean isHeartbeat() {
        int code = place.typeCode();
        return code == EventType.HEARTBEAT_LOG_EVENT.code() || code == EventType.HEARTBEAT_LOG_EVENT_V2.code();
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
            throw differs(length);
        }
        header.wrap(buffer, offset);
        int typeCode = header.typeCode();
        boolean isArtificial = (header.flags() & EventHeader.FLAG_ARTIFICIAL) != 0;
        place.advance(typeCode, isArtificial ? 0 : header.endPosition(), length);
        if (header.eventLength() != length) {
            throw differs(length);
        }
        EventType type = EventType.ofCode(typeCode);
        if (type == EventType.FORMAT_DESCRIPTION_EVENT) {
            onFormat(buffer, array, offset, length);
            return;
        }
        checksum.verify(array, offset, length, place);
        int end = offset + length - checksum.trailerLength();
        bytes.wrap(buffer, offset + EventHeader.LENGTH, end);
        if (isKnown(type)) {
            dispatch(type, buffer);
        }
    }

    /** No server sends that, so it was damaged on the way. */
    private MillraceException differs(int length) {
        return new MillraceException(
                ErrorCode.SOURCE_PROTOCOL,
                "event and its packet differ in length: packet=" + length + ", " + place.text());
    }

    private boolean isKnown(EventType type) {
        if (type == null && (header.flags() & EventHeader.FLAG_IGNORABLE) == 0) {
            throw place.unsupported("event type is not known");
        }
        return type != null;
    }

    /** Whether the event that begins here is inflated as it comes, so that it need not be whole in memory. */
    static boolean isInParts(byte[] array, int offset) {
        return (array[offset + TYPE_OFFSET] & 0xFF) == EventType.TRANSACTION_PAYLOAD_EVENT.code();
    }

    /** Takes such an event. */
    PayloadParts parts() {
        return parts;
    }

    private void onPayload(UnsafeBuffer buffer) {
        payload.begin(bytes);
        payload.inflate(buffer.byteArray(), bytes.position(), bytes.remaining());
        place.outside(EventType.TRANSACTION_PAYLOAD_EVENT.code());
        payload.end();
    }

    /** An event out of a TRANSACTION_PAYLOAD_EVENT. */
    private void onInnerEvent(UnsafeBuffer buffer, int offset, int length) {
        header.wrap(buffer, offset);
        place.inside(header.typeCode(), payload.innerOffset());
        bytes.wrap(buffer, offset + EventHeader.LENGTH, offset + length);
        EventType type = EventType.ofCode(header.typeCode());
        if (!isKnown(type)) {
            return;
        }
        switch (type) {
            case FORMAT_DESCRIPTION_EVENT,
                    ROTATE_EVENT,
                    STOP_EVENT,
                    GTID_LOG_EVENT,
                    ANONYMOUS_GTID_LOG_EVENT,
                    GTID_TAGGED_LOG_EVENT,
                    GTID_EVENT,
                    GTID_LIST_EVENT,
                    PREVIOUS_GTIDS_LOG_EVENT,
                    HEARTBEAT_LOG_EVENT,
                    HEARTBEAT_LOG_EVENT_V2,
                    TRANSACTION_PAYLOAD_EVENT -> throw place.malformed("innerType", type.code());
            default -> dispatch(type, buffer);
        }
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
            case PARTIAL_UPDATE_ROWS_EVENT -> rows.decodeJsonDiffs(buffer, bytes, transaction);
            case WRITE_ROWS_COMPRESSED_EVENT ->
                rows.decodeCompressed(bytes, Operation.INSERT, true, transaction, inflater);
            case UPDATE_ROWS_COMPRESSED_EVENT ->
                rows.decodeCompressed(bytes, Operation.UPDATE, true, transaction, inflater);
            case DELETE_ROWS_COMPRESSED_EVENT ->
                rows.decodeCompressed(bytes, Operation.DELETE, true, transaction, inflater);
            case WRITE_ROWS_COMPRESSED_EVENT_V1 ->
                rows.decodeCompressed(bytes, Operation.INSERT, false, transaction, inflater);
            case UPDATE_ROWS_COMPRESSED_EVENT_V1 ->
                rows.decodeCompressed(bytes, Operation.UPDATE, false, transaction, inflater);
            case DELETE_ROWS_COMPRESSED_EVENT_V1 ->
                rows.decodeCompressed(bytes, Operation.DELETE, false, transaction, inflater);
            case TRANSACTION_PAYLOAD_EVENT -> onPayload(buffer);
            case QUERY_COMPRESSED_EVENT ->
                queries.onCompressedQuery(
                        bytes, format(type).postHeaderLength(type), header.timestampSeconds(), inflater);
            case ANNOTATE_ROWS_EVENT -> statement.note(bytes);
            case XID_EVENT -> transaction.commit();
            case QUERY_EVENT, EXECUTE_LOAD_QUERY_EVENT ->
                queries.onQuery(bytes, format(type).postHeaderLength(type), header.timestampSeconds());
            case GTID_LOG_EVENT, ANONYMOUS_GTID_LOG_EVENT -> onGtid(type == EventType.ANONYMOUS_GTID_LOG_EVENT);
            case GTID_TAGGED_LOG_EVENT -> onTaggedGtid();
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
        // The server sets the flag while it writes the file, without a new checksum.
        int flagsAt = offset + EventHeader.LENGTH - 2;
        byte flags = array[flagsAt];
        array[flagsAt] = (byte) (flags & ~EventHeader.FLAG_IN_USE);
        try {
            format = FormatDescriptionEvent.decode(bytes.wrap(buffer, offset + EventHeader.LENGTH, end));
        } catch (MillraceException e) {
            // Where it is another event, of which the type was damaged on the way, the checksum tells.
            checksum.verify(array, offset, length, place);
            throw e;
        }
        checksum.use(format.hasChecksums());
        place.serverVersion(format.serverVersion());
        checksum.verify(array, offset, length, place);
        array[flagsAt] = flags;
        plans.clear();
        rows.clear();
        if (isProofDue) {
            isProofDue = false;
            tracker.proveAtStart(place);
        }
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
        rows.clear();
    }

    private void onGtid(boolean isAnonymous) {
        GtidDecoder.decodeMySql(bytes, header.timestampSeconds(), isAnonymous, transaction.id());
        announce();
    }

    private void onTaggedGtid() {
        GtidDecoder.decodeTagged(bytes, header.timestampSeconds(), transaction.id());
        announce();
    }

    private void announce() {
        transaction.id().fileNumber = place.fileNumber();
        transaction.announce(resume.isPassed(transaction.id(), place));
    }

    private void onMariaDbGtid() {
        statement.forget();
        TransactionId id = transaction.id();
        int flags = GtidDecoder.decodeMariaDb(bytes, header.timestampSeconds(), header.serverId(), id);
        id.fileNumber = place.fileNumber();
        transaction.announce(resume.isPassed(id, place));
        if (GtidDecoder.isXa(flags)) {
            transaction.nameXa(GtidDecoder.xid(bytes, flags));
            queries.expect(false);
        } else {
            queries.expect(GtidDecoder.isAlterUndone(bytes, flags));
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
                if (!transaction.isSkipped()) {
                    throw place.unsupported("event is not supported yet");
                }
            }
        }
    }

    @Override
    public void close() {
        payload.close();
        inflater.close();
    }
}
