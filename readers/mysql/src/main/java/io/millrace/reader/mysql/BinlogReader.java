package io.millrace.reader.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.BinlogPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.ChangeStatus;
import io.millrace.reader.SourceGlance;
import io.millrace.reader.mysql.charset.ByteCharsets;
import io.millrace.reader.mysql.charset.ServerCharsets;
import io.millrace.reader.mysql.charset.SourceCharsets;
import io.millrace.reader.mysql.connection.BinlogSession;
import io.millrace.reader.mysql.connection.RegisterReplicaCommand;
import io.millrace.reader.mysql.event.PacketReader;
import io.millrace.reader.mysql.event.PayloadParts;
import io.millrace.reader.mysql.schema.CatalogShapes;
import io.millrace.reader.mysql.schema.SchemaRules;
import io.millrace.reader.mysql.schema.SchemaTracker;
import io.millrace.reader.mysql.schema.ShapeProof;
import io.millrace.reader.mysql.schema.TableShapes;
import io.millrace.reader.mysql.sql.ServerPositions;
import io.millrace.reader.mysql.sql.ServerVariables;
import io.millrace.reader.mysql.sql.SqlSession;
import io.millrace.wal.ChangeSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams a MySQL's or MariaDB's binlog into a sink, one connection a {@link #run}.
 *
 * <p>{@link #run} is confined to one thread; {@link #stop}, {@link #status} and {@link #close} may be called from any. Owns its
 * connection.
 */
final class BinlogReader implements ChangeReader {
    private static final Logger LOG = LoggerFactory.getLogger(BinlogReader.class);
    private static final int MISSED_HEARTBEATS = 3;

    private final DataSource dataSource;
    private final ChangeRequest request;
    private final SchemaTracker tracker;
    private volatile ChangeSink sink;
    private final ByteCharsets byteCharsets = ByteCharsets.load();
    private final ReaderGauges gauges = new ReaderGauges();
    private String serverUuid = "";
    private volatile BinlogSession session;
    private volatile boolean isStopped;

    BinlogReader(DataSource dataSource, ChangeRequest request, TableShapes shapes) {
        this.dataSource = dataSource;
        this.request = request;
        Optional<ShapeProof> proof = shapes instanceof CatalogShapes catalog
                ? Optional.of(new ShapeProof(dataSource, catalog, () -> sink.position()))
                : Optional.empty();
        tracker = new SchemaTracker(request.selection(), shapes, proof);
    }

    @Override
    public void run(ChangeSink sink) {
        BinlogSession opened = BinlogSession.of(dataSource);
        this.sink = sink;
        session = opened;
        try (opened) {
            if (!isStopped) {
                stream(opened.open(), sink);
            }
        } catch (MillraceException e) {
            if (!isStopped) {
                throw e;
            }
        } finally {
            gauges.ended();
        }
    }

    private void stream(BinlogSession opened, ChangeSink sink) {
        boolean hasChecksums = prepare(opened);
        SourceClock clock = clock(opened);
        gauges.clock(clock);
        SourceCharsets charsets = new SourceCharsets(collations(opened), byteCharsets, new ServerCharsets(dataSource));
        requireSameServer(opened, sink.position());
        tracker.use(SchemaRules.read(opened));
        tracker.restore(sink);
        BinlogStart.Plan plan = new BinlogStart(opened, dataSource, sink, request.serverId(), clock).plan();
        long heartbeatMillis = Math.max(1, request.heartbeat().toMillis());
        int timeoutMillis = (int) Math.min(Integer.MAX_VALUE, MISSED_HEARTBEATS * heartbeatMillis);
        opened.execute(
                new RegisterReplicaCommand(request.serverId(), request.taskName()),
                "register, server_id=" + request.serverId() + ", needs=REPLICATION SLAVE");
        try (BinlogStream stream = new BinlogStream(sink, tracker, charsets, plan.resume(), clock, hasChecksums)) {
            if ("FULL".equalsIgnoreCase(opened.value("SELECT @@global.binlog_row_image"))) {
                stream.expectWholeRows();
            }
            if (namesColumns(opened)) {
                tracker.know(request.shapes());
            } else {
                stream.proveShapes();
            }
            pump(opened, opened.stream(plan.command(), timeoutMillis), stream, sink);
        }
    }

    private void pump(BinlogSession opened, PacketReader packets, BinlogStream stream, ChangeSink sink) {
        StallCheck stall = new StallCheck(dataSource);
        LOG.info(
                "streaming: task={}, server={}, tls={}, position={}",
                request.taskName(),
                opened.version(),
                opened.isTls(),
                sink.position());
        try {
            while (!isStopped) {
                boolean mayWait = !packets.isNextBuffered();
                if (mayWait) {
                    sink.flush();
                    gauges.at(stream.place());
                }
                packets.next();
                if (mayWait) {
                    gauges.begun();
                    gauges.waited();
                }
                gauges.heard(packets.received(), stream.lastCommitMicros());
                onPacket(packets, stream);
                if (stream.isHeartbeat()) {
                    stall.onHeartbeat(stream.place());
                } else {
                    stall.onEvent();
                }
            }
        } catch (IOException e) {
            throw opened.translate(e);
        }
    }

    private void onPacket(PacketReader packets, BinlogStream stream) throws IOException {
        if (packets.isContinued()) {
            byte[] array = packets.bytes();
            if (array[packets.offset()] == 0 && BinlogStream.isInParts(array, packets.offset() + 1)) {
                onParts(packets, stream);
                return;
            }
            packets.join();
        }
        int length = packets.limit() - packets.offset();
        int kind = length == 0 ? -1 : packets.bytes()[packets.offset()] & 0xFF;
        switch (kind) {
            case 0x00 -> stream.onEvent(packets.buffer(), packets.bytes(), packets.offset() + 1, length - 1);
            case 0xFF -> throw BinlogSession.error(packets.payload(), "binlog dump, server_id=" + request.serverId());
            case 0xFE ->
                throw new MillraceException(
                        ErrorCode.SOURCE_CONNECTION_LOST,
                        "server ended the stream: " + stream.place().text());
            default ->
                throw new MillraceException(
                        ErrorCode.SOURCE_PROTOCOL,
                        "packet is no event: kind=" + kind + ", "
                                + stream.place().text());
        }
    }

    /** An event over a packet's length, which the stream takes packet by packet. */
    private void onParts(PacketReader packets, BinlogStream stream) throws IOException {
        PayloadParts parts = stream.parts();
        parts.first(packets.buffer(), packets.bytes(), packets.offset() + 1, packets.limit() - packets.offset() - 1);
        while (packets.isContinued()) {
            packets.nextPart();
            parts.next(packets.bytes(), packets.offset(), packets.limit() - packets.offset());
            gauges.heard(packets.received(), stream.lastCommitMicros());
        }
        parts.end();
    }

    /** Sets the session up as a replica does; returns whether events carry checksums. */
    private boolean prepare(BinlogSession opened) {
        long heartbeatNanos = Math.max(1_000_000, request.heartbeat().toNanos());
        String uuid = UUID.nameUUIDFromBytes(("millrace:" + request.serverId()).getBytes(StandardCharsets.US_ASCII))
                .toString();
        // Each variable under its name of before 8.0.26 too; the servers read whichever they know.
        opened.execute(
                "SET @master_heartbeat_period=" + heartbeatNanos + ", @source_heartbeat_period=" + heartbeatNanos);
        opened.execute("SET @slave_uuid='" + uuid + "', @replica_uuid='" + uuid + "'");
        opened.execute("SET @master_binlog_checksum=@@global.binlog_checksum,"
                + " @source_binlog_checksum=@@global.binlog_checksum");
        // While the log is full nothing is read: the server shall wait.
        opened.execute("SET SESSION net_write_timeout=86400");
        return "CRC32".equals(opened.value("SELECT @@global.binlog_checksum"));
    }

    /** Behind one address may stand another server than before. With GTIDs that is told by them; a place in a file has none. */
    private void requireSameServer(BinlogSession opened, SourcePosition position) {
        if (!(position instanceof BinlogPosition) || opened.isMariaDb()) {
            return;
        }
        String uuid = opened.value("SELECT @@global.server_uuid");
        if (!serverUuid.isEmpty() && !serverUuid.equals(uuid)) {
            throw new MillraceException(
                    ErrorCode.SOURCE_IDENTITY,
                    "another server answers, and a place in a file holds for one server only: known=" + serverUuid
                            + ", found=" + uuid + ", position=" + position.text());
        }
        serverUuid = uuid;
    }

    private static boolean namesColumns(BinlogSession opened) {
        List<String[]> rows = opened.query("SHOW GLOBAL VARIABLES LIKE 'binlog\\_row\\_metadata'");
        return !rows.isEmpty() && "FULL".equals(rows.get(0)[1]);
    }

    private static SourceClock clock(BinlogSession opened) {
        long before = System.currentTimeMillis();
        String micros = opened.value("SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6))");
        return SourceClock.between(before, Long.parseLong(micros), System.currentTimeMillis());
    }

    private static Map<Integer, SourceCharsets.Collation> collations(BinlogSession opened) {
        String sql = opened.isMariaDb()
                ? "SELECT ID, FULL_COLLATION_NAME, CHARACTER_SET_NAME"
                        + " FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"
                : "SELECT ID, COLLATION_NAME, CHARACTER_SET_NAME FROM information_schema.COLLATIONS";
        Map<Integer, SourceCharsets.Collation> collations = new HashMap<>();
        for (String[] row : opened.query(sql)) {
            if (row[0] != null && row[2] != null) {
                collations.put(Integer.parseInt(row[0]), new SourceCharsets.Collation(row[1], row[2]));
            }
        }
        return collations;
    }

    @Override
    public void stop() {
        isStopped = true;
        BinlogSession open = session;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public ChangeStatus status() {
        return gauges.status();
    }

    @Override
    public Optional<SourceGlance> glance(SourcePosition durable) {
        try (SqlSession questions = SqlSession.forCatalog(dataSource)) {
            ServerPositions server = new ServerPositions(questions, ServerVariables.read(questions));
            SourcePosition committed = server.committed();
            long place = gauges.place();
            OptionalLong unread = server.bytesBehind(
                    ReaderGauges.fileNumber(place), ReaderGauges.offset(place), ReaderGauges.FILE_BITS);
            return Optional.of(new SourceGlance(committed, unread, Optional.empty()));
        }
    }

    @Override
    public long clockOffsetMicros() {
        return gauges.clockOffsetMicros();
    }

    @Override
    public void close() {
        stop();
    }
}
