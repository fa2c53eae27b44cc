package io.millrace.reader.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.error.Finding;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.MomentSpan;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.reader.TableSelection;
import io.millrace.reader.mysql.catalog.Catalog;
import io.millrace.reader.mysql.check.Preflight;
import io.millrace.reader.mysql.chunk.MySqlChunkReader;
import io.millrace.reader.mysql.schema.CatalogShapes;
import io.millrace.reader.mysql.sql.ServerPositions;
import io.millrace.reader.mysql.sql.ServerVariables;
import io.millrace.reader.mysql.sql.SqlSession;
import io.millrace.reader.mysql.sql.SqlText;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A MySQL or MariaDB server. Each question opens a connection of its own, so that none outlives a server's timeout, and a
 * server that came back is asked anew.
 */
final class MySqlSource implements Source {
    private final DataSource dataSource;

    MySqlSource(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public String version() {
        return ask(session -> {
            ServerVariables variables = ServerVariables.read(session);
            String version = variables.value("version");
            int end = version.indexOf('-');
            return (variables.isMariaDb() ? "MariaDB " : "MySQL ") + (end < 0 ? version : version.substring(0, end));
        });
    }

    @Override
    public String identity() {
        return ask(session -> positions(session).identity());
    }

    @Override
    public List<TableDetails> tables(TableSelection selection) {
        return ask(session -> new Catalog(session).tables(selection));
    }

    @Override
    public List<Finding> check(List<TableDetails> tables, ChangeRequest request) {
        return ask(session -> new Preflight(session).check(tables, request));
    }

    /** Without full images any column that is not of the key. */
    @Override
    public Map<TableId, Set<String>> unsent(List<TableDetails> tables) {
        return besideKeys(tables, Set.of("FULL"));
    }

    @Override
    public Map<TableId, Set<String>> unsentByDeletes(List<TableDetails> tables) {
        return besideKeys(tables, Set.of("FULL", "FULL_NODUP"));
    }

    private Map<TableId, Set<String>> besideKeys(List<TableDetails> tables, Set<String> whole) {
        boolean isWhole = ask(session -> session.value("SELECT @@global.binlog_row_image")
                .filter(image -> whole.contains(image.toUpperCase(Locale.ROOT)))
                .isPresent());
        return isWhole
                ? Map.of()
                : tables.stream()
                        .collect(Collectors.toMap(table -> table.schema().table(), MySqlSource::besideKey));
    }

    /** MariaDB's row images hold what is computed and not stored only where they hold all columns. */
    @Override
    public Map<TableId, Set<String>> unfollowed(List<TableDetails> tables) {
        return tables.stream().allMatch(table -> table.computed().isEmpty())
                ? Map.of()
                : ask(session -> ServerVariables.read(session).isMariaDb() && !hasWholeRows(session)
                        ? new Catalog(session)
                                .virtualColumns(tables.stream()
                                        .map(table -> table.schema().table())
                                        .toList())
                        : Map.of());
    }

    private static boolean hasWholeRows(SqlSession session) {
        return session.value("SELECT @@global.binlog_row_image")
                .filter("FULL"::equalsIgnoreCase)
                .isPresent();
    }

    private static Set<String> besideKey(TableDetails table) {
        TableSchema schema = table.schema();
        return IntStream.range(0, schema.columns().size())
                .filter(i -> !schema.key().contains(i))
                .mapToObj(i -> schema.columns().get(i).name())
                .collect(Collectors.toSet());
    }

    @Override
    public SourcePosition loadPosition() {
        try (SqlSession session = SqlSession.forSnapshots(dataSource)) {
            return positions(session).load();
        }
    }

    @Override
    public SourcePosition committedPosition() {
        return ask(session -> positions(session).committed());
    }

    @Override
    public SourcePosition earliestPosition() {
        return ask(session -> positions(session).earliest());
    }

    @Override
    public SourcePosition positionAt(Instant time) {
        return ask(session -> {
            ServerVariables variables = ServerVariables.read(session);
            ServerPositions positions = new ServerPositions(session, variables);
            return new TimeStart(dataSource, positions, variables.hasMySqlGtids()).find(time);
        });
    }

    @Override
    public boolean holds(SourcePosition position) {
        return ask(session -> positions(session).holds(position));
    }

    @Override
    public boolean isOfAnother(SourcePosition position) {
        return ask(session -> positions(session).isOfAnother(position));
    }

    @Override
    public ChangeReader changes(ChangeRequest request) {
        return new BinlogReader(dataSource, request, new CatalogShapes(dataSource, request.selection()));
    }

    @Override
    public ChunkReader chunks() {
        return MySqlChunkReader.open(dataSource);
    }

    @Override
    public Optional<MomentSpan> span(TableId table, String column) {
        String name = SqlText.quoted(column);
        String form = ", '%Y-%m-%dT%H:%i:%s')";
        return ask(session -> session
                        .rows(
                                "SELECT DATE_FORMAT(MIN(" + name + ")" + form + ", DATE_FORMAT(MAX(" + name + ")" + form
                                        + " FROM " + SqlText.quoted(table) + " WHERE " + name + " >= '0001-01-01'",
                                row -> row.getString(1) == null
                                        ? Optional.<MomentSpan>empty()
                                        : Optional.of(
                                                new MomentSpan(moment(row.getString(1)), moment(row.getString(2)))))
                        .stream()
                        .flatMap(Optional::stream))
                .findFirst();
    }

    /** Of a date without a month or a day the first. */
    private static LocalDateTime moment(String text) {
        return LocalDateTime.parse(text.replace("-00", "-01"));
    }

    private static ServerPositions positions(SqlSession session) {
        return new ServerPositions(session, ServerVariables.read(session));
    }

    private <T> T ask(Function<SqlSession, T> question) {
        try (SqlSession session = SqlSession.forCatalog(dataSource)) {
            return question.apply(session);
        }
    }

    @Override
    public void close() {
        // Nothing is held between calls.
    }
}
