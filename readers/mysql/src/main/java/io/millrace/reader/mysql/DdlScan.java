package io.millrace.reader.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.ddl.TableChange;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.schema.TableId;
import java.io.IOException;
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
    private static final long FIRST_EVENT_OFFSET = 4;
    private static final int READ_TIMEOUT_MILLIS = 60_000;

    private final Predicate<TableId> matters;
    private final SourcePosition passed;
    private final int startFile;
    private final long startOffset;
    private final EventPlace place = new EventPlace();
    private final EventHeader header = new EventHeader();
    private final EventBytes bytes = new EventBytes(place);
    private final TransactionId id = new TransactionId();
    private final Map<TableId, First> tables = new HashMap<>();
    private final Map<String, First> databases = new HashMap<>();
    private final MariaDbInflater inflater = new MariaDbInflater();
    private EventChecksum checksum = new EventChecksum(false);
    private FormatDescriptionEvent format;
    private boolean isPassed;

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
        this.startFile = from.fileNumber();
        this.startOffset = from.end();
        this.passed = passed;
        this.matters = matters;
        place.rotate(from.file(), FIRST_EVENT_OFFSET);
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
        try (BinlogSession session = BinlogSession.of(dataSource)) {
            session.open();
            session.execute("SET @master_binlog_checksum=@@global.binlog_checksum,"
                    + " @source_binlog_checksum=@@global.binlog_checksum");
            if (session.isMariaDb()) {
                session.execute("SET @mariadb_slave_capability=4");
            }
            checksum = new EventChecksum("CRC32".equals(session.value("SELECT @@global.binlog_checksum")));
            PacketReader packets =
                    session.stream(new DumpFileCommand(place.file(), FIRST_EVENT_OFFSET), READ_TIMEOUT_MILLIS);
            try {
                boolean isOver = false;
                while (!isOver) {
                    packets.next();
                    isOver = onPacket(packets);
                }
            } catch (IOException e) {
                throw session.translate(e);
            }
        }
    }

    /** Whether it was the last. */
    private boolean onPacket(PacketReader packets) {
        int length = packets.limit() - packets.offset();
        int kind = length == 0 ? -1 : packets.bytes()[packets.offset()] & 0xFF;
        switch (kind) {
            case 0x00 -> onEvent(packets, packets.offset() + 1, length - 1);
            case 0xFE -> {
                return true;
            }
            case 0xFF -> throw BinlogSession.error(packets.payload(), "scan of statements");
            default ->
                throw new MillraceException(
                        ErrorCode.SOURCE_PROTOCOL, "packet is no event: kind=" + kind + ", " + place.text());
        }
        return false;
    }

    private void onEvent(PacketReader packets, int offset, int length) {
        if (length < EventHeader.LENGTH) {
            throw place.tooShort("header", EventHeader.LENGTH, length);
        }
        header.wrap(packets.buffer(), offset);
        boolean isArtificial = (header.flags() & EventHeader.FLAG_ARTIFICIAL) != 0;
        place.advance(header.typeCode(), isArtificial ? 0 : header.endPosition(), length);
        EventType type = EventType.ofCode(header.typeCode());
        if (type == null) {
            return;
        }
        int end = offset + length;
        if (type == EventType.FORMAT_DESCRIPTION_EVENT) {
            format = FormatDescriptionEvent.decode(bytes.wrap(packets.buffer(), offset + EventHeader.LENGTH, end));
            checksum.use(format.hasChecksums());
            place.serverVersion(format.serverVersion());
            return;
        }
        bytes.wrap(packets.buffer(), offset + EventHeader.LENGTH, end - checksum.trailerLength());
        switch (type) {
            case ROTATE_EVENT -> {
                long position = bytes.i64("position");
                place.rotate(bytes.text(bytes.remaining(), "file"), position);
            }
            case GTID_LOG_EVENT, ANONYMOUS_GTID_LOG_EVENT -> {
                boolean isAnonymous = type == EventType.ANONYMOUS_GTID_LOG_EVENT;
                GtidDecoder.decodeMySql(bytes, header.timestampSeconds(), isAnonymous, id);
                onTransaction();
            }
            case GTID_EVENT -> {
                GtidDecoder.decodeMariaDb(bytes, header.timestampSeconds(), header.serverId(), id);
                onTransaction();
            }
            case QUERY_EVENT -> {
                if (!isBeforeStart() && !isPassed && format != null) {
                    onStatement(QueryEvent.decode(bytes, format.postHeaderLength(type)));
                }
            }
            case QUERY_COMPRESSED_EVENT -> {
                if (!isBeforeStart() && !isPassed && format != null) {
                    onStatement(QueryEvent.decode(bytes, format.postHeaderLength(type), inflater));
                }
            }
            default -> {
                // Rows and marks: of no interest here.
            }
        }
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
