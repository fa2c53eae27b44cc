package io.millrace.reader.postgres;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.ChangeStatus;
import io.millrace.reader.SourceGlance;
import io.millrace.reader.StreamGauges;
import io.millrace.schema.TableId;
import io.millrace.wal.ChangeSink;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams a slot into a sink, one connection a {@link #run}.
 *
 * <p>One thread reads, decodes and answers. Where no message waits, everything that the server sent is in the sink: only then, and
 * between transactions, is the LSN of a keep-alive taken as a place that the stream has passed (EXACTNESS 13). The server is
 * told of nothing but what {@link #acknowledge} says.
 *
 * <p>{@link #run} is confined to one thread; {@link #stop}, {@link #status}, {@link #acknowledge} and {@link #close} may be called
 * from any. Owns its connections.
 */
final class PostgresReader implements ChangeReader {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresReader.class);
    private static final long UNBOUNDED = -1;
    private static final long LONGEST_STATUS_NANOS = 1_000_000_000L;
    private static final long HASTE_NANOS = 10_000_000L;
    private static final long CHECK_NANOS = 5_000_000_000L;
    private static final long HEARTBEAT_NANOS = 100_000_000L;
    private static final int MESSAGES_BETWEEN_CLOCKS = 1024;

    /**
     * The driver takes it for the time after which a read that got nothing gives up, in the midst of a message too; its own
     * answers are switched off with it. Ours come with {@link #LONGEST_STATUS_NANOS}.
     */
    private static final int DRIVER_STATUS_MILLIS = 3_600_000;

    private final DataSource dataSource;
    private final ChangeRequest request;
    private final LoadedPlace loaded;
    private final Optional<Set<TableId>> planned;
    private final Names names;
    private final Map<Integer, TableId> tableNames = new HashMap<>();
    private final PartitionExpressions expressions = new PartitionExpressions();
    private final StreamFormat format = new StreamFormat();
    private final RowFiles files = new RowFiles();
    private final SeenTables seen;
    private final StreamGauges gauges = new StreamGauges();
    private volatile long holdLimitBytes = UNBOUNDED;
    private volatile SqlSession session;
    private volatile SqlSession replication;
    private volatile StandbyTimeline timeline;
    private volatile boolean isStopped;
    private volatile boolean hasNewTables;
    private volatile boolean isHastened;
    private volatile long clockOffsetMicros;
    private final AtomicLong acknowledged = new AtomicLong();

    private final long statusNanos;
    private PublishedCheck published;
    private StreamHearing hearing;
    private SilenceCheck silence;
    private long heardNanos;
    private long checkedAt;
    private long statusAt;
    private long heartbeatAt;
    private long receivedBytes;

    /**
     * Of one task.
     *
     * @param loaded by the chunks of the same source
     * @param planned tables of the task; empty for whatever is there at the first connect
     * @param looked how the catalog had them when they were planned
     */
    PostgresReader(
            DataSource dataSource,
            ChangeRequest request,
            LoadedPlace loaded,
            Optional<Set<TableId>> planned,
            List<SeenTable> looked) {
        this.planned = planned;
        this.dataSource = dataSource;
        this.request = request;
        this.loaded = loaded;
        names = Names.of(request);
        seen = new SeenTables(looked, files);
        statusNanos = Math.min(
                LONGEST_STATUS_NANOS, Math.max(HASTE_NANOS, request.heartbeat().toNanos()));
    }

    @Override
    public void run(ChangeSink sink) {
        receivedBytes = 0;
        try (SqlSession questions = SqlSession.open(dataSource, "types " + request.taskName());
                StreamHearing heard = StreamHearing.begin();
                SqlSession stream = SqlSession.forStream(dataSource, "stream " + request.taskName(), heard);
                StandbyTimeline followed = StandbyTimeline.of(questions)) {
            session = questions;
            replication = stream;
            timeline = followed;
            hearing = heard;
            silence = new SilenceCheck(questions, heard, names.slot(), request.heartbeat());
            if (!isStopped) {
                stream(questions, stream, sink);
            }
        } catch (MillraceException e) {
            if (!isStopped) {
                throw e;
            }
        } catch (SQLException e) {
            if (!isStopped) {
                throw SqlErrors.of(e, "streaming the slot " + names.slot());
            }
        } finally {
            gauges.ended();
        }
    }

    private void stream(SqlSession questions, SqlSession connection, ChangeSink sink) throws SQLException {
        StreamCheck check = new StreamCheck(questions, connection, names, loaded);
        PostgresPosition position = check.verified(sink.position(), sink.prepared());
        acknowledge(new PostgresPosition(position.system(), position.timeline(), check.confirmed()));
        holdLimitBytes = SlotState.limitBytes(questions).orElse(UNBOUNDED);
        TypeCatalog types = new TypeCatalog(questions);
        Publication publication = new Publication(names.publication());
        boolean areTold = new DdlTrigger(names).isThere(questions);
        seen.restore(sink);
        Carried carried = Carried.of(questions, types, publication, request.selection(), planned, seen, areTold);
        publication.require(questions, carried.required());
        List<CatalogTable> tables = carried.tables();
        SourceStatements statements = statements(questions, tables, types, areTold);
        if (!areTold) {
            requireNames(tables);
        }
        expressions.require(questions, tables);
        format.choose(questions, tables, types);
        boolean isStandby = new ServerPositions(questions).isStandby();
        NewTables added = new NewTables(questions, request.selection(), carried.names());
        // A table that somebody takes out, or drops, would fall silent; newer servers also pass over a publication that
        // is gone.
        published = new PublishedCheck(
                questions,
                () -> {
                    publication.require(questions, carried.required());
                    carried.requireTold(seen);
                    expressions.require(questions, tables);
                    files.lookAgain(questions, numbers(tables));
                    hasNewTables = hasNewTables || (!isStandby && added.areThere());
                },
                new ColumnWatch(questions, seen),
                statements);
        published.begin();
        long asked = System.currentTimeMillis();
        long sourceMicros = Long.parseLong(
                questions.value("SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint"));
        clockOffsetMicros = sourceMicros - (asked + System.currentTimeMillis()) * 1000 / 2;
        long newestId = Long.parseLong(
                questions.value("SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text"));
        ProtocolOptions options = ProtocolOptions.of(
                Integer.parseInt(questions.value("SELECT pg_catalog.current_setting('server_version_num')")));
        PgOutputStream decoder = new PgOutputStream(
                sink,
                new Relations(tables, types, sink, format).called(seen.names()).beside(statements),
                new TransactionIds(newestId),
                options,
                check.from(),
                position,
                Optional.of(statements));
        connection.execute(ConnectionSettings.FORMS, "setting up the stream");
        // While the log is full nothing is read: the server shall wait. A peer that is gone is noticed by its kernel.
        connection.execute(
                "SET wal_sender_timeout = 0; SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10;"
                        + " SET tcp_keepalives_count = 3",
                "setting up the stream");
        timeline.begin(position.timeline());
        PGReplicationStream stream = open(connection, check.from(), options, areTold);
        say(position, check.from(), options, areTold);
        hearing.onTaken(new HandingOn(decoder::isInside, decoder::position, sink::flush, System.nanoTime()));
        try {
            read(stream, decoder, sink, position.system());
        } finally {
            hearing.onTaken(now -> {});
            sayPassed(decoder.messagesPassed(), statements.unconfirmed());
        }
    }

    private void sayPassed(long ofOthers, long unconfirmed) {
        if (ofOthers > 0 || unconfirmed > 0) {
            LOG.info(
                    "messages were passed over: task={}, ofOthers={}, ddlUnconfirmed={}",
                    request.taskName(),
                    ofOthers,
                    unconfirmed);
        }
    }

    /** Messages cost the network, so they are asked for only where those of ours are written. */
    private SourceStatements statements(
            SqlSession questions, List<CatalogTable> tables, TypeCatalog types, boolean areTold) {
        PastColumns past = new PastColumns(questions, names.slot(), types);
        files.look(questions, numbers(tables));
        seen.begin(questions, tables, request.shapes(), past, areTold);
        DdlEffects effects = new DdlEffects(
                request.selection(),
                types,
                tables,
                oid -> SeenTable.ofCatalog(questions, List.of(oid)).stream().findFirst());
        return new SourceStatements(
                seen,
                effects,
                new ShapeDifferences(questions, seen, effects, past, files),
                areTold ? Optional.of(new DdlHints(questions, names, seen, effects)) : Optional.empty());
    }

    private static List<Long> numbers(List<CatalogTable> tables) {
        return tables.stream().map(table -> Integer.toUnsignedLong(table.oid())).toList();
    }

    private void say(PostgresPosition position, long from, ProtocolOptions options, boolean hasMessages) {
        LOG.info(
                "streaming: task={}, slot={}, position={}, from={}, protocol={}, format={}, ddl={}",
                request.taskName(),
                names.slot(),
                position.text(),
                PostgresPosition.lsnText(from),
                options.version(),
                format.isBinary() ? "binary" : "text",
                hasMessages ? "event trigger" : "relations");
        statusAt = System.nanoTime() - statusNanos;
        heartbeatAt = statusAt;
        checkedAt = System.nanoTime();
    }

    /** A table that was renamed while nothing was connected would come under a name that nobody planned. */
    private void requireNames(List<CatalogTable> tables) {
        for (CatalogTable table : tables) {
            TableId before = tableNames.putIfAbsent(table.oid(), table.id());
            if (before != null && !before.equals(table.id())) {
                throw new MillraceException(
                        ErrorCode.DDL_ON_SELECTED_TABLE,
                        "a selected table was renamed: before=" + before + ", table=" + table.id());
            }
        }
    }

    private PGReplicationStream open(SqlSession connection, long from, ProtocolOptions options, boolean hasMessages)
            throws SQLException {
        Properties slotOptions = options.slotOptions(names, request.isTwoPhase(), format.isBinary(), hasMessages);
        return connection.stream(api -> api.getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(names.slot())
                .withStartPosition(LogSequenceNumber.valueOf(from))
                .withSlotOptions(slotOptions)
                .withAutomaticFlush(false)
                .withStatusInterval(DRIVER_STATUS_MILLIS, TimeUnit.MILLISECONDS)
                .start());
    }

    private void read(PGReplicationStream stream, PgOutputStream decoder, ChangeSink sink, long system)
            throws SQLException {
        int untilClock = MESSAGES_BETWEEN_CLOCKS;
        while (!isStopped) {
            ByteBuffer message = next(stream);
            if (message == null) {
                sink.flush();
                gauges.begun();
                idle(stream, decoder, sink, system);
                continue;
            }
            int length = message.remaining();
            receivedBytes += length;
            decoder.onMessage(
                    message.array(),
                    message.arrayOffset() + message.position(),
                    length,
                    stream.getLastReceiveLSN().asLong());
            gauges.heard(receivedBytes, decoder.lastCommitMicros());
            if (--untilClock == 0) {
                untilClock = MESSAGES_BETWEEN_CLOCKS;
                gauges.begun();
                tell(stream, decoder, sink, System.nanoTime());
            }
        }
    }

    /** The driver hands a message out as one array, whatever its size (EXACTNESS 20). */
    private ByteBuffer next(PGReplicationStream stream) throws SQLException {
        try {
            return stream.readPending();
        } catch (OutOfMemoryError e) {
            throw new MillraceException(
                    ErrorCode.ROW_TOO_LARGE,
                    "a row does not fit into the heap: behind="
                            + PostgresPosition.lsnText(
                                    stream.getLastReceiveLSN().asLong()) + ", heapBytes="
                            + Runtime.getRuntime().maxMemory(),
                    e);
        }
    }

    /** No message waits: everything before the server's last word is decoded. */
    private void idle(PGReplicationStream stream, PgOutputStream decoder, ChangeSink sink, long system)
            throws SQLException {
        long now = System.nanoTime();
        long heard = stream.getLastReceiveLSN().asLong();
        long passed = decoder.position();
        if (!decoder.isInside() && Long.compareUnsigned(heard, passed) > 0 && now - heartbeatAt >= heartbeatNanos()) {
            heartbeatAt = now;
            decoder.passed(heard);
            sink.heartbeat(place(sink).at(system, timeline.timeline(), heard), 0);
            sink.flush();
        }
        if (hearing.lastNanos() != heardNanos) {
            heardNanos = hearing.lastNanos();
            gauges.waited();
        }
        silence.check(now);
        tell(stream, decoder, sink, now);
    }

    private long heartbeatNanos() {
        return isHastened ? HASTE_NANOS : HEARTBEAT_NANOS;
    }

    private static PostgresPosition place(ChangeSink sink) {
        if (sink.position() instanceof PostgresPosition place) {
            return place;
        }
        throw new MillraceException(
                ErrorCode.INVARIANT,
                "not a position of PostgreSQL: position=" + sink.position().text());
    }

    /** Says what is safe, and asks the server for a word. */
    private void tell(PGReplicationStream stream, PgOutputStream decoder, ChangeSink sink, long now)
            throws SQLException {
        if (now - statusAt < (isHastened ? HASTE_NANOS : statusNanos)) {
            return;
        }
        isHastened = false;
        statusAt = now;
        if (now - checkedAt >= CHECK_NANOS || published.isNoticed()) {
            checkedAt = now;
            published.check(decoder.position());
        }
        followTimeline(decoder, sink);
        long place = acknowledged.get();
        if (place != 0) {
            LogSequenceNumber safe = LogSequenceNumber.valueOf(place);
            stream.setFlushedLSN(safe);
            stream.setAppliedLSN(safe);
        }
        stream.forceUpdateStatus();
        silence.asked(now);
    }

    /** What was read before the word came is of the new timeline's history, too: a standby streams what it has replayed. */
    private void followTimeline(PgOutputStream decoder, ChangeSink sink) {
        if (!timeline.hasChanged()) {
            return;
        }
        decoder.onTimeline(timeline.timeline());
        if (!decoder.isInside()) {
            PostgresPosition place = place(sink);
            sink.heartbeat(place.at(place.system(), timeline.timeline(), place.lsn()), 0);
            sink.flush();
        }
        LOG.info(
                "the standby has come to another timeline: task={}, timeline={}",
                request.taskName(),
                timeline.timeline());
    }

    @Override
    public boolean hasNewTables() {
        return hasNewTables;
    }

    @Override
    public long clockOffsetMicros() {
        return clockOffsetMicros;
    }

    @Override
    public OptionalLong holdLimitBytes() {
        long limit = holdLimitBytes;
        return limit == UNBOUNDED ? OptionalLong.empty() : OptionalLong.of(limit);
    }

    @Override
    public Optional<SourceGlance> glance(SourcePosition durable) {
        try (SqlSession questions = SqlSession.open(dataSource, "glance " + request.taskName())) {
            PostgresPosition committed = new ServerPositions(questions).committed();
            OptionalLong unread = durable instanceof PostgresPosition place
                    ? OptionalLong.of(Math.max(0, committed.lsn() - place.lsn()))
                    : OptionalLong.empty();
            return Optional.of(new SourceGlance(
                    committed, unread, SlotState.of(questions, names.slot()).map(SlotState::glance)));
        }
    }

    @Override
    public void hasten() {
        isHastened = true;
    }

    /** What is prepared and not resolved holds the slot back (EXACTNESS 11). */
    @Override
    public void acknowledge(SourcePosition position) {
        if (position instanceof PostgresPosition place) {
            acknowledged.accumulateAndGet(place.neededLsn(), (a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b);
        }
    }

    @Override
    public void stop() {
        isStopped = true;
        abort(replication);
        abort(session);
        StandbyTimeline followed = timeline;
        if (followed != null) {
            followed.abort();
        }
    }

    private static void abort(SqlSession open) {
        if (open != null) {
            open.abort();
        }
    }

    @Override
    public ChangeStatus status() {
        return gauges.status();
    }

    @Override
    public void close() {
        stop();
    }
}
