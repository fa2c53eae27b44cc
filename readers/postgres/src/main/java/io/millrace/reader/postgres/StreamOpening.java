package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.postgres.catalog.CatalogTable;
import io.millrace.reader.postgres.catalog.NewTables;
import io.millrace.reader.postgres.catalog.PartitionExpressions;
import io.millrace.reader.postgres.catalog.Publication;
import io.millrace.reader.postgres.catalog.TypeCatalog;
import io.millrace.reader.postgres.connection.ConnectionSettings;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.server.LoadedPlace;
import io.millrace.reader.postgres.server.Names;
import io.millrace.reader.postgres.server.ServerPositions;
import io.millrace.reader.postgres.server.SlotState;
import io.millrace.reader.postgres.server.StreamCheck;
import io.millrace.reader.postgres.statement.DdlEffects;
import io.millrace.reader.postgres.statement.DdlHints;
import io.millrace.reader.postgres.statement.DdlTrigger;
import io.millrace.reader.postgres.statement.PastColumns;
import io.millrace.reader.postgres.statement.RowFiles;
import io.millrace.reader.postgres.statement.SeenTable;
import io.millrace.reader.postgres.statement.SeenTables;
import io.millrace.reader.postgres.statement.ShapeDifferences;
import io.millrace.reader.postgres.statement.SourceStatements;
import io.millrace.reader.postgres.stream.PgOutputStream;
import io.millrace.reader.postgres.stream.ProtocolOptions;
import io.millrace.reader.postgres.stream.Relations;
import io.millrace.reader.postgres.stream.StreamFormat;
import io.millrace.reader.postgres.stream.TransactionIds;
import io.millrace.reader.postgres.watch.ColumnWatch;
import io.millrace.reader.postgres.watch.PublishedCheck;
import io.millrace.reader.postgres.watch.SeenPartitions;
import io.millrace.reader.postgres.watch.SeenTypes;
import io.millrace.schema.TableId;
import io.millrace.wal.ChangeSink;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens streams of one slot, one after another: proves the server, looks at the tables, and asks for what is behind the sink's position. Keeps, over
 * connections, what it has seen of the tables. Confined to the stream's thread.
 */
final class StreamOpening {
    private static final Logger LOG = LoggerFactory.getLogger(StreamOpening.class);

    /**
     * The driver takes it for the time after which a read that got nothing gives up, in the midst of a message too; its own
     * answers are switched off with it. Ours come from {@link FollowedStream}.
     */
    private static final int DRIVER_STATUS_MILLIS = 3_600_000;

    private final ChangeRequest request;
    private final LoadedPlace loaded;
    private final Optional<Set<TableId>> planned;
    private final StreamWishes wishes;
    private final SlotGauges gauges;
    private final Names names;
    private final Map<Integer, TableId> tableNames = new HashMap<>();
    private final PartitionExpressions expressions = new PartitionExpressions();
    private final StreamFormat format = new StreamFormat();
    private final RowFiles files = new RowFiles();
    private final SeenTypes seenTypes = new SeenTypes();
    private final SeenPartitions partitions = new SeenPartitions();
    private final SeenTables seen;

    /**
     * Of one task.
     *
     * @param loaded by the chunks of the same source
     * @param planned tables of the task; empty for whatever is there at the first connect
     * @param looked how the catalog had them when they were planned
     */
    StreamOpening(
            ChangeRequest request,
            LoadedPlace loaded,
            Optional<Set<TableId>> planned,
            List<SeenTable> looked,
            StreamWishes wishes,
            SlotGauges gauges) {
        this.request = request;
        this.loaded = loaded;
        this.planned = planned;
        this.wishes = wishes;
        this.gauges = gauges;
        names = Names.of(request);
        seen = new SeenTables(looked, List.of(files, seenTypes, partitions));
    }

    /** Follows the stream of a connection until it is stopped. */
    void follow(StreamConnection connection, ChangeSink sink) throws SQLException {
        SqlSession questions = connection.questions();
        StreamCheck check = new StreamCheck(questions, connection.replication(), names, loaded);
        PostgresPosition position = check.verified(sink.position(), sink.prepared());
        wishes.acknowledge(new PostgresPosition(position.system(), position.timeline(), check.confirmed()));
        gauges.holdsAtMost(SlotState.limitBytes(questions));
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
        PublishedCheck published = published(questions, publication, carried, statements);
        published.begin();
        gauges.isAhead(clockOffsetMicros(questions));
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
        connection.timeline().begin(position.timeline());
        PGReplicationStream stream = open(connection.replication(), check.from(), options, areTold);
        say(position, check.from(), options, areTold);
        FollowedStream followed = new FollowedStream(
                wishes, gauges, request, connection, position.system(), published, decoder, stream, sink);
        try {
            followed.follow();
        } finally {
            sayPassed(decoder.messagesPassed(), statements.unconfirmed());
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

    /** A table that somebody takes out, or drops, would fall silent; newer servers also pass over a publication that is gone. */
    private PublishedCheck published(
            SqlSession questions, Publication publication, Carried carried, SourceStatements statements) {
        List<CatalogTable> tables = carried.tables();
        boolean isStandby = new ServerPositions(questions).isStandby();
        NewTables added = new NewTables(questions, request.selection(), carried.names());
        return new PublishedCheck(
                questions,
                () -> {
                    publication.require(questions, carried.required());
                    carried.requireTold(seen);
                    expressions.require(questions, tables);
                    files.lookAgain(questions, numbers(tables));
                    if (!gauges.hasNewTables() && !isStandby && added.areThere()) {
                        gauges.newTables();
                    }
                },
                List.of(
                        new ColumnWatch(questions, seen, files),
                        seenTypes.watch(questions, seen),
                        partitions.watch(questions, tables, seen)),
                statements);
    }

    private static long clockOffsetMicros(SqlSession questions) {
        long asked = System.currentTimeMillis();
        long sourceMicros = Long.parseLong(
                questions.value("SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint"));
        return sourceMicros - (asked + System.currentTimeMillis()) * 1000 / 2;
    }

    private PGReplicationStream open(SqlSession connection, long from, ProtocolOptions options, boolean hasMessages)
            throws SQLException {
        connection.execute(ConnectionSettings.FORMS, "setting up the stream");
        // While the log is full nothing is read: the server shall wait. A peer that is gone is noticed by its kernel.
        connection.execute(
                "SET wal_sender_timeout = 0; SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10;"
                        + " SET tcp_keepalives_count = 3",
                "setting up the stream");
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
}
