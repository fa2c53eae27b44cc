package io.millrace.writer.postgres;

import io.millrace.datasource.DataSource;
import io.millrace.error.Finding;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.ControlStore;
import io.millrace.writer.LaneWriter;
import io.millrace.writer.Partitioning;
import io.millrace.writer.ReadColumn;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TableOutline;
import io.millrace.writer.TableStructure;
import io.millrace.writer.Target;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import io.millrace.writer.WantedTable;
import io.millrace.writer.postgres.batch.PostgresChunkWriter;
import io.millrace.writer.postgres.batch.PostgresLaneWriter;
import io.millrace.writer.postgres.catalog.Catalog;
import io.millrace.writer.postgres.catalog.CatalogTable;
import io.millrace.writer.postgres.catalog.ForeignKeyCatalog;
import io.millrace.writer.postgres.catalog.ReadColumns;
import io.millrace.writer.postgres.check.Inspection;
import io.millrace.writer.postgres.check.Preflight;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.postgres.connection.SqlStates;
import io.millrace.writer.postgres.control.PostgresControl;
import io.millrace.writer.postgres.control.StandingRows;
import io.millrace.writer.postgres.structure.ChangeSql;
import io.millrace.writer.postgres.structure.IdentityCounters;
import io.millrace.writer.postgres.structure.PartitionMaker;
import io.millrace.writer.postgres.structure.PostgresFit;
import io.millrace.writer.postgres.structure.PostgresPlan;
import io.millrace.writer.postgres.structure.StructureLedger;
import io.millrace.writer.postgres.structure.StructureMaker;
import io.millrace.writer.postgres.structure.StructureSql;
import io.millrace.writer.postgres.type.EnumType;
import io.millrace.writer.postgres.type.TypeMap;
import io.millrace.writer.sql.NotedKeys;
import io.millrace.writer.sql.SessionHolder;
import io.millrace.writer.sql.SqlControlStore;
import io.millrace.writer.sql.StructureFit;
import io.millrace.writer.sql.TablePlanner;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One PostgreSQL database that is written to. One session serves all questions; lanes, loads, the making of
 * indexes and keys behind a load and that of partitions have sessions of their own. */
final class PostgresTarget implements Target {
    private final DataSource source;
    private final TargetSettings settings;
    private final TypeMap types;
    private final boolean hasEnumTypes;
    private final TablePlanner planner;
    private final PostgresControl control;
    private final SessionHolder<PostgresSession> sessions;
    private final SessionHolder<PostgresSession> structureSessions;
    private final SessionHolder<PostgresSession> partitionSessions;

    PostgresTarget(DataSource source, TargetSettings settings) {
        this.source = source;
        this.settings = settings;
        types = new TypeMap(settings.types());
        hasEnumTypes = settings.types().isEnumNative();
        planner = new TablePlanner(new PostgresPlan(types));
        control = new PostgresControl(settings);
        sessions = holder("control");
        structureSessions = new SessionHolder<>(() -> PostgresSession.forStructure(source, settings), SqlStates.FAULTS);
        partitionSessions = holder("partitions");
    }

    private SessionHolder<PostgresSession> holder(String purpose) {
        return new SessionHolder<>(() -> PostgresSession.open(source, settings, purpose), SqlStates.FAULTS);
    }

    @Override
    public String version() {
        return sessions.run("asking for the version", session -> "PostgreSQL " + version(session));
    }

    private static String version(PostgresSession session) throws SQLException {
        try (Statement statement = session.connection().createStatement();
                ResultSet rows = statement.executeQuery("SHOW server_version")) {
            rows.next();
            String version = rows.getString(1);
            // Packagers add their own words behind a space.
            int space = version.indexOf(' ');
            return space < 0 ? version : version.substring(0, space);
        }
    }

    @Override
    public TargetTable plan(TableSchema schema, WantedTable wanted) {
        return planner.plan(schema, wanted);
    }

    @Override
    public Map<TableId, TargetState> inspect(List<TargetTable> tables) {
        return sessions.run("inspecting tables", session -> new Inspection(session, ledger()).of(tables));
    }

    @Override
    public List<TableStructure> adapt(List<TableStructure> wanted, Set<TableId> existing, List<Finding> findings) {
        return sessions.run(
                "planning the structure",
                session -> StructureFit.adapt(PostgresFit.of(session, wanted, existing), wanted, existing, findings));
    }

    @Override
    public List<String> statements(TableStructure structure) {
        return StructureSql.statements(structure);
    }

    @Override
    public String statement(StructureItem item) {
        return StructureSql.item(item, StructureSql.indexName(item), settings.isReplica());
    }

    @Override
    public void create(TableStructure structure) {
        control().prepare();
        sessions.run("creating table " + structure.table().name(), session -> {
            new StructureMaker(ledger()).create(session, structure);
            return null;
        });
    }

    @Override
    public List<StructureItem> pending() {
        return sessions.run(
                "reading what is still to be made",
                session ->
                        Catalog.exists(session.connection(), ledger().table()) ? ledger().pending(session) : List.of());
    }

    @Override
    public Optional<String> make(StructureItem item) {
        return structureSessions.run(
                "making " + StructureFit.what(item) + " " + item.name() + " of " + item.table(),
                session -> new StructureMaker(ledger()).make(session, item));
    }

    @Override
    public Optional<LocalDateTime> partitionedUntil(TableId table) {
        return partitionSessions.run(
                "looking for partitions of " + table, session -> new PartitionMaker(session).end(table));
    }

    @Override
    public void addPartitions(TableId table, Partitioning further) {
        partitionSessions.run("making partitions of " + table, session -> {
            new PartitionMaker(session).add(table, further);
            return null;
        });
    }

    private StructureLedger ledger() {
        return new StructureLedger(settings.controlSchema(), settings.taskName());
    }

    @Override
    public void widen(TargetTable table) {
        List<TargetColumn> columns = table.columns().stream()
                .filter(column -> EnumType.isOf(table, column))
                .toList();
        sessions.run("adding labels to enums of " + table.name(), session -> {
            for (TargetColumn column : columns) {
                session.execute(EnumType.extend(table, column));
            }
            return null;
        });
    }

    @Override
    public int passIdentities(List<TargetTable> tables, List<Finding> findings) {
        return sessions.run(
                "moving sequences behind replicated numbers",
                session -> new IdentityCounters(session).pass(tables, findings));
    }

    @Override
    public void drop(Collection<TableId> tables) {
        sessions.run("removing tables", session -> {
            StandingRows.requireUnreferred(StandingRows.referring(session, tables));
            for (String sql : StandingRows.dropping(tables)) {
                session.execute(sql);
            }
            return null;
        });
    }

    @Override
    public Optional<TableOutline> outline(TableId table) {
        return sessions.run(
                "reading table " + table,
                session -> Catalog.table(session.connection(), table).map(PostgresTarget::outline));
    }

    private static TableOutline outline(CatalogTable table) {
        Map<String, String> columns = new LinkedHashMap<>();
        table.columns()
                .forEach(column ->
                        columns.put(column.name(), column.sqlType() + (column.isNotNull() ? " NOT NULL" : "")));
        return new TableOutline(columns);
    }

    @Override
    public List<String> changing(List<TargetChange> changes) {
        return ChangeSql.of(changes, hasEnumTypes);
    }

    @Override
    public Optional<String> obstacle(List<TargetChange> changes) {
        return sessions.run(
                "reading what is computed",
                session -> ReadColumn.obstacle(
                        changes, true, false, table -> ReadColumns.of(session.connection(), table)));
    }

    @Override
    public void change(List<TargetChange> changes) {
        List<String> statements = ChangeSql.of(changes, hasEnumTypes);
        structureSessions.run(
                "carrying a statement out",
                session -> session.inTransaction(() -> {
                    for (String sql : statements) {
                        session.execute(sql);
                    }
                    return null;
                }));
    }

    @Override
    public List<Finding> check(List<TargetTable> tables, Map<TableId, TargetState> states) {
        return sessions.run(
                "checking the target",
                session -> new Preflight(session, settings.controlSchema(), types).check(tables, states));
    }

    @Override
    public ControlStore control() {
        return new SqlControlStore<>(sessions, sessions, control);
    }

    @Override
    public LaneWriter laneWriter(int lane) {
        return laneWriter(lane, List.of(), List.of());
    }

    @Override
    public LaneWriter laneWriter(int lane, List<StructureItem> actions, List<StructureItem> told) {
        return new PostgresLaneWriter(
                holder("lane " + lane), control.checkpoints(), lane, settings.types(), actions, told);
    }

    @Override
    public Map<TableId, List<StructureItem>> foreignKeys(Set<TableId> tables) {
        return sessions.run("reading foreign keys", session -> {
            Map<TableId, List<StructureItem>> keys = ForeignKeyCatalog.of(session, tables);
            boolean isNoted = !session.isReplica() && Catalog.isReadable(session.connection(), ledger().table());
            return isNoted ? NotedKeys.with(keys, ledger().all(session), tables) : keys;
        });
    }

    @Override
    public Set<TableId> referring(Collection<TableId> tables) {
        return sessions.run("reading foreign keys", session -> StandingRows.referring(session, tables));
    }

    @Override
    public long estimatedRows(TableId table) {
        return sessions.run("reading statistics", session -> StandingRows.estimate(session, table));
    }

    @Override
    public boolean isOrdered(TargetTable table) {
        return sessions.run("reading a key", session -> StandingRows.isOrdered(session, table));
    }

    @Override
    public List<String> emptying(Collection<TableId> tables) {
        return StandingRows.emptying(tables);
    }

    @Override
    public ChunkWriter chunkWriter() {
        return new PostgresChunkWriter(holder("load"), control.checkpoints(), control.loads(), settings.types());
    }

    @Override
    public void close() {
        partitionSessions.close();
        structureSessions.close();
        sessions.close();
    }
}
