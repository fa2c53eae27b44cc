package io.millrace.wal.mapped;

import io.millrace.ddl.DdlEvent;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.row.RowDescriptor;
import io.millrace.schema.TableSchema;
import io.millrace.wal.chain.ChainContents;
import io.millrace.wal.chain.ChainEnd;
import io.millrace.wal.chain.ChainListing;
import io.millrace.wal.codec.DocumentDescriptor;
import io.millrace.wal.codec.FrameDescriptor;
import io.millrace.wal.codec.Frames;
import io.millrace.wal.codec.LogLimits;
import io.millrace.wal.codec.RowText;
import io.millrace.wal.file.CountedCycle;
import io.millrace.wal.file.FileCursor;
import io.millrace.wal.file.FileStart;
import io.millrace.wal.file.LogDirectory;
import io.millrace.wal.file.LogFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.agrona.DirectBuffer;

/**
 * Prints a change log for a person: every file, document and frame, dead ones too, and where it is damaged. It locks nothing and
 * changes nothing, so it also reads a log that a process holds open, up to what that has published.
 *
 * <p>Confined to one thread.
 */
public final class LogDump {
    private final PrintStream out;
    private final boolean withValues;
    private final Map<Integer, TableSchema> tables = new HashMap<>();
    private final TransactionId transaction = new TransactionId();
    private final Map<Integer, Long> ends = new HashMap<>(); // by cycle, where a file's whole documents end
    private final Map<Integer, Long> continuations = new HashMap<>(); // by cycle, from where a file goes on

    /**
     * @param withValues whether to print the values of rows; they lie in the log as the source has them
     */
    public LogDump(PrintStream out, boolean withValues) {
        this.out = out;
        this.withValues = withValues;
    }

    /**
     * Prints the log in a directory.
     *
     * @return whether every document of the log's history is whole. A torn document behind it is none of that: any end of
     *     the process but a clean one leaves one.
     * @throws MillraceException where there is no log
     */
    public boolean print(Path directory) {
        UUID id = LogDirectory.readIdentity(directory, null);
        try {
            out.println("log " + (id == null ? "without an id" : id));
            int files = 0;
            for (Path epoch : LogDirectory.epochs(directory)) {
                for (Map.Entry<Integer, Path> file : filesOf(epoch).entrySet()) {
                    printFile(file.getValue(), LogDirectory.epochOf(epoch), file.getKey());
                    files++;
                }
            }
            if (id == null && files == 0) {
                throw new MillraceException(
                        ErrorCode.DATA_DIRECTORY_UNUSABLE, "there is no change log: directory=" + directory);
            }
            return isWhole();
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.DATA_DIRECTORY_UNUSABLE, "the change log cannot be read: directory=" + directory, e);
        }
    }

    private static TreeMap<Integer, Path> filesOf(Path epoch) throws IOException {
        TreeMap<Integer, Path> files = new TreeMap<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(epoch)) {
            for (Path path : paths) {
                int cycle = CountedCycle.cycleOf(path.getFileName().toString());
                if (cycle >= 0) {
                    files.put(cycle, path);
                }
            }
        }
        return files;
    }

    /** Whether each file reaches at least as far as the one that goes on from it says. */
    private boolean isWhole() {
        boolean isWhole = true;
        for (Map.Entry<Integer, Long> entry : continuations.entrySet()) {
            long from = entry.getValue();
            Long end = ends.get(DocumentDescriptor.cycle(from));
            if (end != null && DocumentDescriptor.cycle(from) != entry.getKey() && end < from) {
                out.println("DAMAGED: whole up to 0x" + Long.toHexString(end) + ", but the log goes on from 0x"
                        + Long.toHexString(from));
                isWhole = false;
            }
        }
        return isWhole;
    }

    private void printFile(Path path, int epoch, int cycle) {
        LogFile file = new LogFile(cycle, epoch, path, DocumentDescriptor.index(cycle, 0));
        out.println("file " + path.getFileName() + " epoch=" + epoch + " cycle=" + cycle);
        try (FileCursor cursor = new FileCursor(file, LogLimits.DEFAULT.tailerWindow())) {
            while (true) {
                long index = cursor.nextIndex();
                FileCursor.Step step = cursor.next();
                if (step == FileCursor.Step.DOCUMENT) {
                    printDocument(cursor, index);
                    cursor.release();
                } else {
                    ends.put(cycle, index);
                    out.println(
                            step == FileCursor.Step.DAMAGED
                                    ? "  torn or being written: " + cursor.place()
                                    : "  end of " + path.getFileName());
                    return;
                }
            }
        }
    }

    private void printDocument(FileCursor cursor, long index) {
        int flags = cursor.flags();
        out.println("  document 0x" + Long.toHexString(index) + " position=" + cursor.documentPosition() + " length="
                + cursor.documentLength()
                + ((flags & DocumentDescriptor.STARTS_INSIDE) != 0 ? " starts-inside" : "")
                + ((flags & DocumentDescriptor.ENDS_INSIDE) != 0 ? " ends-inside" : "")
                + ((flags & DocumentDescriptor.ENDS_IN_ROW) != 0 ? " ends-in-row" : "")
                + ((flags & DocumentDescriptor.IS_CHAIN) != 0 ? " chain" : ""));
        DirectBuffer document = cursor.document();
        int at = DocumentDescriptor.HEADER_LENGTH;
        while (at < document.capacity()) {
            int length = document.getInt(at + FrameDescriptor.LENGTH_OFFSET);
            if (length < FrameDescriptor.BODY_OFFSET || length > document.capacity() - at) {
                out.println("    frame of impossible length: offset=" + at + ", length=" + length);
                return;
            }
            printFrame(cursor.file(), document, at, length, flags);
            at += length;
        }
    }

    private void printFrame(LogFile file, DirectBuffer document, int at, int length, int flags) {
        int type = document.getByte(at + FrameDescriptor.TYPE_OFFSET);
        String head = "    " + FrameDescriptor.name(type) + " length=" + length;
        switch (type) {
            case FrameDescriptor.FILE_START -> {
                boolean isInside = (flags & DocumentDescriptor.ENDS_INSIDE) != 0;
                FileStart start = FileStart.parse(document, at, file, isInside);
                continuations.put(file.cycle(), start.file().continuesFrom());
                out.println(head + " log=" + start.id() + " continues-from=0x"
                        + Long.toHexString(start.file().continuesFrom()) + " durable=0x"
                        + Long.toHexString(start.durableIndex()) + " next-table=" + start.nextTableNumber()
                        + " position=" + start.position().text() + " last=" + start.last());
            }
            case FrameDescriptor.SCHEMA -> {
                int number = document.getInt(at + FrameDescriptor.SCHEMA_TABLE);
                TableSchema schema = Frames.schema(document, at);
                tables.put(number, schema);
                out.println(head + " table=" + number + " name=" + schema.table() + " version=" + schema.version()
                        + " columns=" + columns(schema) + " key=" + schema.key());
            }
            case FrameDescriptor.BEGIN -> out.println(head + " " + transaction(document, at));
            case FrameDescriptor.CONTINUE, FrameDescriptor.COMMIT ->
                out.println(head + " " + transaction(document, at) + " ordinal="
                        + document.getLong(at + FrameDescriptor.TRANSACTION_ORDINAL));
            case FrameDescriptor.ROWS -> printRows(document, at, length, head);
            case FrameDescriptor.ROW_PART ->
                out.println(head + " " + table(document, at, FrameDescriptor.PART_TABLE)
                        + " ordinal=" + document.getLong(at + FrameDescriptor.PART_ORDINAL) + " offset="
                        + document.getInt(at + FrameDescriptor.PART_OFFSET) + " part="
                        + document.getInt(at + FrameDescriptor.PART_LENGTH) + " row="
                        + document.getInt(at + FrameDescriptor.PART_ROW_LENGTH));
            case FrameDescriptor.ROLLBACK ->
                out.println(head + " from="
                        + document.getLong(at + FrameDescriptor.ROLLBACK_FROM) + " to="
                        + document.getLong(at + FrameDescriptor.ROLLBACK_TO));
            case FrameDescriptor.DDL -> {
                DdlEvent event = Frames.ddl(document, at);
                out.println(head + " kinds=" + event.kinds() + " effects="
                        + event.effects().stream()
                                .map(effect -> effect.kind() + " " + effect.table())
                                .toList()
                        + " " + event.describe());
            }
            case FrameDescriptor.HEARTBEAT ->
                out.println(head + " time="
                        + document.getLong(at + FrameDescriptor.HEARTBEAT_TIME) + " position="
                        + Frames.heartbeatPosition(document, at).text());
            case FrameDescriptor.CHAIN ->
                out.println(head + " xid="
                        + document.getLong(at + FrameDescriptor.CHAIN_XID) + " ordinal="
                        + document.getLong(at + FrameDescriptor.CHAIN_ORDINAL) + " subtransaction="
                        + document.getLong(at + FrameDescriptor.CHAIN_SUBTRANSACTION));
            case FrameDescriptor.SUBTRANSACTION ->
                out.println(head + " subtransaction=" + document.getLong(at + FrameDescriptor.SUBTRANSACTION_XID));
            case FrameDescriptor.CHAIN_LIST ->
                out.println(head + listing(document, at + FrameDescriptor.CHAIN_LIST_LISTING));
            case FrameDescriptor.CHAIN_PREPARE, FrameDescriptor.CHAIN_COMMIT, FrameDescriptor.CHAIN_ROLLBACK -> {
                String name = ChainEnd.name(document, at);
                out.println(head + " " + transaction(document, at) + " xid="
                        + document.getLong(at + FrameDescriptor.CHAIN_END_XID) + " rows="
                        + document.getLong(at + FrameDescriptor.CHAIN_END_ROWS)
                        + (name.isEmpty() ? "" : " name=" + name)
                        + listing(document, at + FrameDescriptor.CHAIN_END_LISTING));
            }
            default -> out.println(head);
        }
    }

    private static String listing(DirectBuffer document, int at) {
        ChainContents contents = new ChainContents();
        ChainListing.read(document, at, contents);
        StringBuilder text = new StringBuilder(" documents=");
        for (ChainContents.Extent extent : contents.extents()) {
            text.append("0x")
                    .append(Long.toHexString(extent.index()))
                    .append('+')
                    .append(extent.count())
                    .append(',');
        }
        contents.dropped()
                .forEach(range -> text.append(" dropped=")
                        .append(range.from())
                        .append('-')
                        .append(range.to()));
        if (!contents.aborted().isEmpty()) {
            text.append(" aborted=").append(contents.aborted());
        }
        long before = document.getLong(at + ChainListing.LIST_BEFORE);
        return text + (before < 0 ? "" : " list-before=0x" + Long.toHexString(before));
    }

    private static List<String> columns(TableSchema schema) {
        return schema.columns().stream()
                .map(column -> column.name() + " " + column.type())
                .toList();
    }

    private String transaction(DirectBuffer document, int at) {
        transaction.decode(document, at + FrameDescriptor.TRANSACTION_ID);
        return "transaction=" + transaction + " end=" + transaction.fileNumber + ":" + transaction.endPosition
                + " time=" + transaction.commitTimeMicros;
    }

    private String table(DirectBuffer document, int at, int offset) {
        int number = document.getInt(at + offset);
        TableSchema schema = tables.get(number);
        Operation operation = Operation.ofCode(document.getByte(at + FrameDescriptor.OPERATION_OFFSET));
        return operation + " table=" + number + " name=" + (schema == null ? "?" : schema.table());
    }

    private void printRows(DirectBuffer document, int at, int length, String head) {
        int count = document.getInt(at + FrameDescriptor.ROWS_COUNT);
        out.println(head + " " + table(document, at, FrameDescriptor.ROWS_TABLE) + " rows=" + count + " ordinal="
                + document.getLong(at + FrameDescriptor.ROWS_ORDINAL));
        if (!withValues) {
            return;
        }
        TableSchema schema = tables.get(document.getInt(at + FrameDescriptor.ROWS_TABLE));
        RowText text = new RowText();
        int row = at + FrameDescriptor.ROWS_HEADER_LENGTH;
        for (int i = 0; i < count && row < at + length; i++) {
            int rowLength = document.getInt(row + RowDescriptor.LENGTH_OFFSET);
            out.println("      " + text.of(document, row, rowLength, schema));
            row += rowLength;
        }
    }
}
