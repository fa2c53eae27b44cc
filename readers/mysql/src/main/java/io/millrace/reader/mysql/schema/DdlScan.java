package io.millrace.reader.mysql.schema;

import io.millrace.datasource.DataSource;
import io.millrace.ddl.TableChange;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.reader.mysql.connection.BinlogScan;
import io.millrace.reader.mysql.event.EventBytes;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.EventType;
import io.millrace.reader.mysql.event.GtidDecoder;
import io.millrace.reader.mysql.event.MariaDbInflater;
import io.millrace.reader.mysql.event.QueryEvent;
import io.millrace.reader.mysql.statement.BinlogStatement;
import io.millrace.reader.mysql.statement.DdlReader;
import io.millrace.reader.mysql.statement.QueryText;
import io.millrace.schema.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads a binlog from a place to where it ends now, over a connection of its own, and looks at its statements alone: which of them is
 * the first that changes what a table looks like. One instance a scan; confined to one thread.
 */
final class DdlScan {
    private final Predicate<TableId> matters;
    private final SourcePosition passed;
    private final String startName;
    private final int startFile;
    private final long startOffset;
    private final TransactionId id = new TransactionId();
    private final Map<TableId, First> tables = new HashMap<>();
    private final Map<String, First> databases = new HashMap<>();
    private final MariaDbInflater inflater = new MariaDbInflater();
    private EventPlace place = new EventPlace();
    private boolean isPassed;
    private boolean isAlterUndone;

    /**
     * The first statement that changes a table's shape.
     *
     * @param isCreate whether there was no such table before
     * @param text kind and place
     */
    record First(boolean isCreate, String text) {}

    /**
     * A scan from a place on.
     *
     * @param matters which tables are looked for
     * @param passed whose transactions are left out: the stream has them
     */
    DdlScan(EventPlace from, SourcePosition passed, Predicate<TableId> matters) {
        this.startName = from.file();
        this.startFile = from.fileNumber();
        this.startOffset = from.end();
        this.passed = passed;
        this.matters = matters;
    }

    /** The first statement of each table and of each database that has one. */
    Optional<First> first(TableId table) {
        First own = tables.get(table);
        return Optional.ofNullable(own == null ? databases.get(table.namespace()) : own);
    }

    /** All tables with a statement. */
    Iterable<TableId> touched() {
        return List.copyOf(tables.keySet());
    }

    void run(DataSource dataSource) {
        try {
            scan(dataSource);
        } finally {
            inflater.close();
        }
    }

    private void scan(DataSource dataSource) {
        try (BinlogScan scan = BinlogScan.from(dataSource, startName)) {
            place = scan.place();
            while (scan.next()) {
                onEvent(scan);
            }
        }
    }

    private void onEvent(BinlogScan scan) {
        EventType type = EventType.ofCode(scan.header().typeCode());
        if (type == null) {
            return;
        }
        EventBytes bytes = scan.bytes();
        long seconds = scan.header().timestampSeconds();
        switch (type) {
            case GTID_LOG_EVENT, ANONYMOUS_GTID_LOG_EVENT -> {
                GtidDecoder.decodeMySql(bytes, seconds, type == EventType.ANONYMOUS_GTID_LOG_EVENT, id);
                onTransaction();
            }
            case GTID_TAGGED_LOG_EVENT -> {
                GtidDecoder.decodeTagged(bytes, seconds, id);
                onTransaction();
            }
            case GTID_EVENT -> {
                int flags =
                        GtidDecoder.decodeMariaDb(bytes, seconds, scan.header().serverId(), id);
                onTransaction();
                isAlterUndone = !GtidDecoder.isXa(flags) && GtidDecoder.isAlterUndone(bytes, flags);
            }
            case QUERY_EVENT -> {
                if (isAhead(scan)) {
                    onStatement(QueryEvent.decode(bytes, scan.format().postHeaderLength(type)));
                }
            }
            case QUERY_COMPRESSED_EVENT -> {
                if (isAhead(scan)) {
                    onStatement(QueryEvent.decode(bytes, scan.format().postHeaderLength(type), inflater));
                }
            }
            default -> {
                // Rows and marks: of no interest here.
            }
        }
    }

    private boolean isAhead(BinlogScan scan) {
        return !isBeforeStart() && !isPassed && !isAlterUndone && scan.format() != null;
    }

    private void onTransaction() {
        id.fileNumber = place.fileNumber();
        id.endPosition = place.end();
        isPassed = passed.contains(id);
    }

    private boolean isBeforeStart() {
        return place.fileNumber() == startFile && place.end() <= startOffset;
    }

    private void onStatement(BinlogStatement statement) {
        if (statement.kind() != BinlogStatement.Kind.DDL) {
            return;
        }
        QueryText query = statement.query();
        String text = "statement=" + statement.verb() + ", " + place.text();
        if (!statement.database().isEmpty()) {
            databases.putIfAbsent(statement.database(), new First(false, text));
            return;
        }
        if (statement.tables().stream().noneMatch(matters)) {
            return;
        }
        Optional<List<TableChange>> changes = DdlReader.read(query.sql(), query.dialect(), query.database());
        if (changes.isEmpty()) {
            statement.tables().forEach(table -> note(table, false, text));
            return;
        }
        for (TableChange change : changes.get()) {
            if (change instanceof TableChange.Create create) {
                // Where the table was there before, it is as it was; where it was not, it has no rows before.
                if (!create.ifNotExists() || create.orReplace()) {
                    note(create.table(), !create.orReplace(), text);
                }
            } else if (change instanceof TableChange.Alter alter) {
                if (!ChangeOutcome.isApartFromColumns(alter.steps())) {
                    statement.tables().forEach(table -> note(table, false, text));
                }
            } else if (change instanceof TableChange.Rename || change instanceof TableChange.Drop) {
                statement.tables().forEach(table -> note(table, false, text));
            }
        }
    }

    private void note(TableId table, boolean isCreate, String text) {
        if (matters.test(table)) {
            tables.putIfAbsent(table, new First(isCreate, text));
        }
    }
}
