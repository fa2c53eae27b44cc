package io.millrace.verify;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.task.OnNoKey;
import io.millrace.task.TaskSpec;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Compares every selected row of a task's source and target. Reads only. The source must be idle, and all of its changes
 * applied. Confined to one thread.
 */
public final class Verifier {
    private final TaskSpec task;
    private final DataSource source;
    private final DataSource target;
    private final SourceServer server;
    private final TargetServer targetServer;

    /** Told what is being compared: for a progress line. */
    public interface Progress {
        Progress NONE = (table, rows) -> {};

        /**
         * Some rows have been compared.
         *
         * @param rows of this table since the last call
         */
        void onRows(TableId table, long rows);
    }

    public Verifier(TaskSpec task, DataSource source, DataSource target) {
        this.task = task;
        this.source = source;
        this.target = target;
        server = SourceServer.of(source);
        targetServer = TargetServer.of(target);
    }

    /**
     * Compares.
     *
     * @throws MillraceException with a code of the 2000s or 3000s where a server cannot be read
     */
    public Comparison compare(Progress progress) {
        try (Connection mine = server.connect(source);
                Connection theirs = targetServer.connect(target)) {
            Map<TableId, List<SourceTable>> byTarget = new LinkedHashMap<>();
            for (SourceTable table : server.tables(mine, task.tables()::isSelected)) {
                if (!keyOf(table).isEmpty() || task.tables().onNoKey(table.id()) == OnNoKey.ERROR) {
                    byTarget.computeIfAbsent(task.targetOf(table.id()), name -> new ArrayList<>())
                            .add(table);
                }
            }
            List<TableComparison> tables = new ArrayList<>();
            for (Map.Entry<TableId, List<SourceTable>> group : byTarget.entrySet()) {
                tables.add(compare(group.getValue(), group.getKey(), mine, theirs, progress));
            }
            return new Comparison(tables);
        } catch (SQLException e) {
            throw new MillraceException(
                    ErrorCode.SOURCE_CONNECTION_LOST, "cannot read the catalogs: sqlState=" + e.getSQLState(), e);
        }
    }

    private List<String> keyOf(SourceTable table) {
        List<String> declared = task.tables().declaredKey(table.id());
        return declared.isEmpty() ? table.key() : declared;
    }

    /** Of several tables that are joined, which are shown under the first one's name: all their rows, as if of one. */
    private TableComparison compare(
            List<SourceTable> group, TableId name, Connection mine, Connection theirs, Progress progress)
            throws SQLException {
        SourceTable table = group.get(0);
        for (SourceTable other : group) {
            if (!other.columns().equals(table.columns()) || !keyOf(other).equals(keyOf(table))) {
                return TableComparison.impossible(
                        other.id(),
                        name,
                        "other columns or another key than " + table.id() + ", with which it is joined");
            }
        }
        if (task.target().isAppend()) {
            return TableComparison.impossible(
                    table.id(), name, "every change is a row of it, so that no row is the source's: write_mode=append");
        }
        Rewriting rewriting = Rewriting.of(task.transforms().steps(), group, server);
        Optional<String> obstacle =
                rewriting.problem().isEmpty() ? refused(mine, group, rewriting) : Optional.of(rewriting.problem());
        if (obstacle.isPresent()) {
            return TableComparison.impossible(table.id(), name, obstacle.get());
        }
        Optional<String> changed =
                keyOf(table).stream().filter(rewriting.leftOut()::contains).findFirst();
        if (changed.isPresent()) {
            return TableComparison.impossible(
                    table.id(), name, "a step changes a column of its key: column=" + changed.get());
        }
        Map<String, TheirColumn> there = targetServer.columns(theirs, name);
        // What the source computes need not be there; where it is, whoever writes it, it is compared.
        List<SourceTable.SourceColumn> compared = table.columns().stream()
                .filter(column -> !task.isDropped(table.id(), column.name()))
                .filter(column -> !column.isComputed() || there.containsKey(task.columnOf(table.id(), column.name())))
                .toList();
        List<String> absent = compared.stream()
                .map(column -> task.columnOf(table.id(), column.name()))
                .filter(column -> !there.containsKey(column))
                .toList();
        if (there.isEmpty()) {
            return TableComparison.impossible(table.id(), name, "no such table at the target");
        }
        if (!absent.isEmpty()) {
            return TableComparison.impossible(
                    table.id(), name, "columns are missing at the target: " + String.join(", ", absent));
        }
        Set<String> recomputed = RecomputedColumns.of(
                there,
                rewriting.leftOut().stream()
                        .map(column -> task.columnOf(table.id(), column))
                        .collect(Collectors.toSet()));
        List<VerifiedColumn> columns = compared.stream()
                .filter(column -> !rewriting.leftOut().contains(column.name()))
                .filter(column -> !recomputed.contains(task.columnOf(table.id(), column.name())))
                .map(column -> new VerifiedColumn(
                        server,
                        targetServer,
                        column.name(),
                        task.columnOf(table.id(), column.name()),
                        column.type(),
                        column.bits(),
                        there.get(task.columnOf(table.id(), column.name())).type(),
                        task.types()))
                .toList();
        int[] key = keyOf(table).stream()
                .mapToInt(column -> indexOf(columns, column))
                .toArray();
        if (key.length == 0 || IntStream.of(key).anyMatch(index -> index < 0)) {
            return TableComparison.impossible(table.id(), name, "no key to compare by");
        }
        try {
            columns.forEach(VerifiedColumn::rendering);
        } catch (IllegalArgumentException e) {
            return TableComparison.impossible(table.id(), name, e.getMessage());
        }
        List<TableId> sources = group.stream().map(SourceTable::id).toList();
        List<String> changedBySteps = named(table, rewriting.leftOut()::contains);
        List<String> computedOfThem = named(
                table,
                column -> !rewriting.leftOut().contains(column)
                        && recomputed.contains(task.columnOf(table.id(), column)));
        return merge(sources, rewriting, name, columns, key, mine, theirs, progress)
                .without(changedBySteps, computedOfThem);
    }

    private static List<String> named(SourceTable table, Predicate<String> which) {
        return table.columns().stream()
                .map(SourceTable.SourceColumn::name)
                .filter(which)
                .toList();
    }

    /** Why the source does not take the filters as they are put to it: said before all rows are read. */
    private Optional<String> refused(Connection mine, List<SourceTable> group, Rewriting rewriting)
            throws SQLException {
        for (SourceTable table : group) {
            try (Statement statement = mine.createStatement()) {
                if (!rewriting.where(table.id()).isEmpty()) {
                    statement
                            .executeQuery("SELECT 1 FROM " + server.quoted(table.id()) + " " + Rendering.ALIAS
                                    + rewriting.where(table.id()) + " LIMIT 0")
                            .close();
                }
            } catch (SQLException e) {
                if (e.getSQLState() == null || !e.getSQLState().startsWith("42")) {
                    throw e;
                }
                return Optional.of("the source does not take the task's filters: sqlState=" + e.getSQLState());
            }
        }
        return Optional.empty();
    }

    private static int indexOf(List<VerifiedColumn> columns, String name) {
        return IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).name().equals(name))
                .findFirst()
                .orElse(-1);
    }

    private TableComparison merge(
            List<TableId> sources,
            Rewriting rewriting,
            TableId name,
            List<VerifiedColumn> columns,
            int[] key,
            Connection mine,
            Connection theirs,
            Progress progress) {
        TableId table = sources.get(0);
        String sourceQuery = sources.size() == 1
                ? sourceQuery(table, rewriting, columns, key)
                : unionQuery(sources, rewriting, columns, key);
        String targetQuery = targetQuery(name, task.dmlOf(table).mark().map(targetServer::isUnmarked), columns, key);
        try (RowFeed sourceFeed = new RowFeed("verify-source", () -> server.rows(mine, sourceQuery, columns.size()));
                RowFeed targetFeed =
                        new RowFeed("verify-target", () -> targetServer.rows(theirs, targetQuery, columns.size()))) {
            return new TableMerge(columns, key, rows -> progress.onRows(table, rows))
                    .merge(table, name, sourceFeed, targetFeed);
        } catch (SQLException e) {
            throw new MillraceException(
                    ErrorCode.SOURCE_CONNECTION_LOST,
                    "cannot compare: table=" + table + ", sqlState=" + e.getSQLState(),
                    e);
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.TARGET_CONNECTION_LOST, "cannot compare: table=" + table, e);
        }
    }

    private String sourceQuery(TableId table, Rewriting rewriting, List<VerifiedColumn> columns, int[] key) {
        return "SELECT "
                + columns.stream().map(column -> column.rendering().source()).collect(Collectors.joining(", "))
                + " FROM " + server.quoted(table) + " " + Rendering.ALIAS + rewriting.where(table) + " ORDER BY "
                + IntStream.of(key)
                        .mapToObj(index -> columns.get(index).rendering().sourceOrder() + server.orderEnd())
                        .collect(Collectors.joining(", "));
    }

    /** The rows of all tables in the order of the key. */
    private String unionQuery(List<TableId> tables, Rewriting rewriting, List<VerifiedColumn> columns, int[] key) {
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            shown.add(columns.get(i).rendering().source() + " AS c" + i);
        }
        List<String> order = new ArrayList<>();
        for (int i = 0; i < key.length; i++) {
            shown.add(columns.get(key[i]).rendering().sourceOrder() + " AS k" + i);
            order.add("u.k" + i + server.orderEnd());
        }
        String rows = tables.stream()
                .map(table -> "SELECT " + String.join(", ", shown) + " FROM " + server.quoted(table) + " "
                        + Rendering.ALIAS + rewriting.where(table))
                .collect(Collectors.joining(" UNION ALL "));
        return "SELECT "
                + IntStream.range(0, columns.size()).mapToObj(i -> "u.c" + i).collect(Collectors.joining(", "))
                + " FROM (" + rows + ") u ORDER BY " + String.join(", ", order);
    }

    /** @param condition of the rows that count: not of those that only stay because deletes mark them */
    private String targetQuery(TableId table, Optional<String> condition, List<VerifiedColumn> columns, int[] key) {
        return "SELECT "
                + columns.stream().map(column -> column.rendering().target()).collect(Collectors.joining(", "))
                + " FROM " + targetServer.quoted(table) + " " + Rendering.ALIAS
                + condition.map(rows -> " WHERE " + rows).orElse("") + " ORDER BY "
                + IntStream.of(key)
                        .mapToObj(index -> columns.get(index).rendering().targetOrder() + targetServer.orderEnd())
                        .collect(Collectors.joining(", "));
    }
}
