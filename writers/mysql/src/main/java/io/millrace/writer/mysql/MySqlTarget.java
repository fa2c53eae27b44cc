package io.millrace.writer.mysql;

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
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import io.millrace.writer.WantedTable;
import io.millrace.writer.mysql.batch.MySqlChunkWriter;
import io.millrace.writer.mysql.batch.MySqlLaneWriter;
import io.millrace.writer.mysql.catalog.Catalog;
import io.millrace.writer.mysql.catalog.CatalogTable;
import io.millrace.writer.mysql.catalog.ForeignKeyCatalog;
import io.millrace.writer.mysql.catalog.ForeignKeyPairs;
import io.millrace.writer.mysql.catalog.ReadColumns;
import io.millrace.writer.mysql.check.Inspection;
import io.millrace.writer.mysql.check.Preflight;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.connection.SqlErrors;
import io.millrace.writer.mysql.control.MySqlControl;
import io.millrace.writer.mysql.control.StandingRows;
import io.millrace.writer.mysql.structure.ChangeSql;
import io.millrace.writer.mysql.structure.MySqlFit;
import io.millrace.writer.mysql.structure.MySqlPlan;
import io.millrace.writer.mysql.structure.PartitionMaker;
import io.millrace.writer.mysql.structure.StructureLedger;
import io.millrace.writer.mysql.structure.StructureMaker;
import io.millrace.writer.mysql.structure.StructureSql;
import io.millrace.writer.mysql.type.TypeMap;
import io.millrace.writer.sql.NotedKeys;
import io.millrace.writer.sql.SessionHolder;
import io.millrace.writer.sql.SqlControlStore;
import io.millrace.writer.sql.StructureFit;
import io.millrace.writer.sql.TablePlanner;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One MySQL or MariaDB server that is written to. One session serves all questions; lanes, loads, the making of
 * indexes and keys behind a load and that of partitions have sessions of their own. */
final class MySqlTarget implements Target {
    private final DataSource source;
    private final TargetSettings settings;
    private final Dialect dialect;
    private final TablePlanner planner;
    private final MySqlControl control;
    private final SessionHolder<MySqlSession> sessions;
    private final SessionHolder<MySqlSession> structureSessions;
    private final SessionHolder<MySqlSession> partitionSessions;
    private final ForeignKeyPairs pairs = new ForeignKeyPairs();

    MySqlTarget(DataSource source, TargetSettings settings) {
        this.source = source;
        this.settings = settings;
        dialect = Dialect.of(source.type());
        planner = new TablePlanner(
                new MySqlPlan(new TypeMap(dialect), settings.types().isEnumNative()));
        control = new MySqlControl(settings, dialect);
        sessions = new SessionHolder<>(() -> MySqlSession.forControl(source, settings.taskName()), SqlErrors.FAULTS);
        structureSessions =
                new SessionHolder<>(() -> MySqlSession.forStructure(source, settings.taskName()), SqlErrors.FAULTS);
        partitionSessions =
                new SessionHolder<>(() -> MySqlSession.forStructure(source, settings.taskName()), SqlErrors.FAULTS);
    }

    private SessionHolder<MySqlSession> forRows(String purpose) {
        return new SessionHolder<>(() -> MySqlSession.forRows(source, settings.taskName(), purpose), SqlErrors.FAULTS);
    }

    /** Packagers add their own words behind the number. */
    @Override
    public String version() {
        return sessions.run("asking for the version", session -> {
            int dash = session.version().indexOf('-');
            return dialect.product() + " "
                    + (dash < 0 ? session.version() : session.version().substring(0, dash));
        });
    }

    @Override
    public TargetTable plan(TableSchema schema, WantedTable wanted) {
        return planner.plan(schema, wanted);
    }

    @Override
    public Map<TableId, TargetState> inspect(List<TargetTable> tables) {
        return sessions.run(
                "inspecting tables",
                session -> new Inspection(session, dialect, pairs, ledger().all(session)).of(tables));
    }

    @Override
    public List<TableStructure> adapt(List<TableStructure> wanted, Set<TableId> existing, List<Finding> findings) {
        return sessions.run(
                "planning the structure",
                session -> StructureFit.adapt(MySqlFit.of(session, wanted, existing), wanted, existing, findings));
    }

    @Override
    public List<String> statements(TableStructure structure) {
        return StructureSql.statements(structure, dialect);
    }

    @Override
    public String statement(StructureItem item) {
        return StructureSql.item(item, Optional.of(item.name()).filter(Identifiers::fits));
    }

    @Override
    public void create(TableStructure structure) {
        control().prepare();
        sessions.run("creating table " + structure.table().name(), session -> {
            pairs.forget();
            new StructureMaker(ledger(), dialect).create(session, structure);
            return null;
        });
    }

    @Override
    public List<StructureItem> pending() {
        return sessions.run(
                "reading what is still to be made",
                session -> ledger().exists(session) ? ledger().pending(session) : List.of());
    }

    @Override
    public Optional<String> make(StructureItem item) {
        pairs.forget();
        return structureSessions.run(
                "making " + StructureFit.what(item) + " " + item.name() + " of " + item.table(),
                session -> new StructureMaker(ledger(), dialect).make(session, item));
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
        return new StructureLedger(settings.controlSchema(), settings.taskName(), dialect);
    }

    @Override
    public void drop(Collection<TableId> tables) {
        pairs.forget();
        sessions.run("removing tables", session -> {
            StandingRows.requireUnreferred(StandingRows.referring(session, tables));
            StandingRows.drop(session, tables);
            return null;
        });
    }

    @Override
    public Optional<TableOutline> outline(TableId table) {
        return sessions.run(
                "reading table " + table,
                session -> Catalog.table(session, table).map(MySqlTarget::outline));
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
        return ChangeSql.of(changes);
    }

    @Override
    public Optional<String> obstacle(List<TargetChange> changes) {
        return sessions.run(
                "reading what is computed",
                session -> ReadColumn.obstacle(
                        changes, false, dialect == Dialect.MYSQL, table -> ReadColumns.of(session, table)));
    }

    @Override
    public void change(List<TargetChange> changes) {
        List<String> statements = ChangeSql.of(changes);
        structureSessions.run("carrying a statement out", session -> {
            pairs.forget();
            for (String sql : statements) {
                session.execute(sql);
            }
            return null;
        });
    }

    @Override
    public List<Finding> check(List<TargetTable> tables, Map<TableId, TargetState> states) {
        return sessions.run(
                "checking the target",
                session -> new Preflight(session, dialect, settings.controlSchema()).check(tables, states));
    }

    @Override
    public ControlStore control() {
        return new SqlControlStore<>(sessions, structureSessions, control);
    }

    @Override
    public LaneWriter laneWriter(int lane) {
        return laneWriter(lane, List.of(), List.of());
    }

    @Override
    public LaneWriter laneWriter(int lane, List<StructureItem> actions, List<StructureItem> told) {
        return new MySqlLaneWriter(forRows("lane " + lane), control.checkpoints(), lane, dialect, actions, told);
    }

    @Override
    public Map<TableId, List<StructureItem>> foreignKeys(Set<TableId> tables) {
        return sessions.run(
                "reading foreign keys",
                session -> NotedKeys.with(ForeignKeyCatalog.of(session, tables), ledger().all(session), tables));
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
        return new MySqlChunkWriter(forRows("load"), control.checkpoints(), control.loads(), dialect);
    }

    @Override
    public void close() {
        partitionSessions.close();
        structureSessions.close();
        sessions.close();
    }
}
