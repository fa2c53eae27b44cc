package io.millrace.writer.postgres.structure;

import io.millrace.schema.TableId;
import io.millrace.writer.Partitioning;
import io.millrace.writer.postgres.catalog.Catalog;
import io.millrace.writer.postgres.catalog.CatalogTable;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.PostgresSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Gives a table that is divided by ranges further partitions, one in each transaction, while rows are written. Nobody else uses the table
 * meanwhile: a row that the server had sent to the default partition before the new one was there would be refused.
 */
public final class PartitionMaker {
    private static final String PARTITIONS = """
            SELECT n.nspname, c.relname, pg_catalog.pg_get_expr(c.relpartbound, c.oid)
            FROM pg_catalog.pg_inherits i
            JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE i.inhparent = pg_catalog.to_regclass(?)""";

    private static final Pattern RANGE =
            Pattern.compile("FOR VALUES FROM \\(.*\\) TO \\('([0-9]{4}-[0-9]{2}-[0-9]{2})(?: ([0-9:]{8}))?.*'\\)");

    private final PostgresSession session;

    public PartitionMaker(PostgresSession session) {
        this.session = session;
    }

    private record Partition(TableId name, String bound) {
        boolean isDefault() {
            return bound.equals("DEFAULT");
        }

        Optional<LocalDateTime> end() {
            Matcher range = RANGE.matcher(bound);
            return range.matches()
                    ? Optional.of(LocalDateTime.parse(
                            range.group(1) + "T" + (range.group(2) == null ? "00:00:00" : range.group(2))))
                    : Optional.empty();
        }
    }

    /** Where the last interval ends. */
    public Optional<LocalDateTime> end(TableId table) throws SQLException {
        return partitions(table).stream()
                .map(Partition::end)
                .flatMap(Optional::stream)
                .max(LocalDateTime::compareTo);
    }

    private List<Partition> partitions(TableId table) throws SQLException {
        List<Partition> found = new ArrayList<>();
        try (PreparedStatement statement = session.connection().prepareStatement(PARTITIONS)) {
            statement.setString(1, Identifiers.quote(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(new Partition(new TableId(rows.getString(1), rows.getString(2)), rows.getString(3)));
                }
            }
        }
        return found;
    }

    public void add(TableId table, Partitioning further) throws SQLException {
        List<LocalDateTime> bounds = further.bounds();
        for (int i = 0; i + 1 < bounds.size(); i++) {
            LocalDateTime from = bounds.get(i);
            LocalDateTime to = bounds.get(i + 1);
            TableId name = PartitionSql.name(table, PartitionSql.suffix(further, from));
            session.inTransaction(() -> {
                session.execute("SET LOCAL lock_timeout = '5s'");
                session.execute("LOCK TABLE ONLY " + Identifiers.quote(table) + " IN ACCESS EXCLUSIVE MODE");
                if (end(table).filter(end -> end.isAfter(from)).isEmpty()) {
                    one(table, name, further.column(), from, to);
                }
                return null;
            });
        }
    }

    private void one(TableId table, TableId name, String column, LocalDateTime from, LocalDateTime to)
            throws SQLException {
        String root = Identifiers.quote(table);
        String made = Identifiers.quote(name);
        String values = PartitionSql.values(from, to);
        Optional<Partition> rest =
                partitions(table).stream().filter(Partition::isDefault).findFirst();
        String range = Identifiers.quote(column) + " >= " + PartitionSql.literal(from) + " AND "
                + Identifiers.quote(column) + " < " + PartitionSql.literal(to);
        if (rest.isEmpty() || !hasRows(rest.get().name(), range)) {
            session.execute("CREATE TABLE " + made + " PARTITION OF " + root + values);
            return;
        }
        // Taken off first: a foreign key to the table would take the rows that move for removed ones, and follow.
        String other = Identifiers.quote(rest.get().name());
        session.execute("ALTER TABLE " + root + " DETACH PARTITION " + other);
        session.execute(
                "CREATE TABLE " + made + " (LIKE " + root
                        + " INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION)");
        String columns = written(table);
        session.execute("WITH moved AS (DELETE FROM " + other + " WHERE " + range + " RETURNING " + columns
                + ") INSERT INTO " + made + " (" + columns + ") SELECT " + columns + " FROM moved");
        session.execute("ALTER TABLE " + root + " ATTACH PARTITION " + made + values);
        session.execute("ALTER TABLE " + root + " ATTACH PARTITION " + other + " DEFAULT");
    }

    /** All columns but those that the server computes by itself, in SQL. */
    private String written(TableId table) throws SQLException {
        CatalogTable found = Catalog.table(session.connection(), table).orElseThrow();
        return found.columns().stream()
                .filter(column -> !column.isGenerated())
                .map(column -> Identifiers.quote(column.name()))
                .collect(Collectors.joining(", "));
    }

    private boolean hasRows(TableId partition, String range) throws SQLException {
        try (PreparedStatement statement = session.connection()
                        .prepareStatement("SELECT EXISTS (SELECT FROM " + Identifiers.quote(partition) + " WHERE "
                                + range + ")");
                ResultSet row = statement.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }
}
