package io.millrace.reader.postgres;

import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.TableDetails;
import io.millrace.reader.postgres.catalog.CatalogTable;
import io.millrace.reader.postgres.dump.CaptureBytes;
import io.millrace.reader.postgres.dump.PgOutputDump;
import io.millrace.reader.postgres.stream.PgOutputStream;
import io.millrace.reader.postgres.stream.ProtocolOptions;
import io.millrace.reader.postgres.stream.Relations;
import io.millrace.reader.postgres.stream.StreamFormat;
import io.millrace.reader.postgres.stream.TransactionIds;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Messages as a real server sent them, kept beside this class: {@code NAME.pgoutput} the capture, {@code NAME.dump} what it holds,
 * {@code NAME.rows} what the stream makes of it. {@link PgOutputGoldenContract} writes them anew.
 */
public final class GoldenPgOutput {
    static final List<String> NAMES = List.of(
            "postgres-15-plain",
            "postgres-15-streamed",
            "postgres-15-prepared",
            "postgres-18-plain",
            "postgres-18-streamed",
            "postgres-18-prepared");

    private static final String DIRECTORY = "golden/";
    private static final Pattern LINE = Pattern.compile("(\\d+) (\\d+) (\\w+).*");
    private static final Pattern RELATION =
            Pattern.compile(".* Relation .*oid=(\\d+), table=(\\w+)\\.(\\w+), identity=(\\w), columns=\\[(.*)]");
    private static final Map<Integer, ColumnType> TYPES = Map.of(
            17, ColumnType.BINARY,
            23, ColumnType.INTEGER,
            25, ColumnType.TEXT,
            1184, ColumnType.POSTGRES_TIMESTAMPTZ,
            1700, ColumnType.DECIMAL);

    private final String name;
    private final byte[] bytes;
    private List<CatalogTable> tables;

    public GoldenPgOutput(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes.clone();
    }

    public static GoldenPgOutput load(String name) {
        return new GoldenPgOutput(name, resource(name + ".pgoutput"));
    }

    static String text(String name) {
        return new String(resource(name), StandardCharsets.UTF_8);
    }

    private static byte[] resource(String name) {
        try (InputStream in = GoldenPgOutput.class.getResourceAsStream(DIRECTORY + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How a server is asked for what such a capture holds. */
    static ProtocolOptions options(String name) {
        if (name.endsWith("-plain")) {
            return new ProtocolOptions(1, "");
        }
        return ProtocolOptions.of(name.startsWith("postgres-15-") ? 150_000 : 180_000);
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public String dump() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new PgOutputDump(
                            new CaptureBytes(new ByteArrayInputStream(bytes)),
                            new PrintStream(out, false, StandardCharsets.UTF_8))
                    .print();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The kinds of its messages, each once. */
    Set<String> kinds() {
        Set<String> kinds = new LinkedHashSet<>();
        lines().forEach(line -> kinds.add(line.group(3)));
        return kinds;
    }

    /** The messages, by the places that the dump says. */
    List<byte[]> messages() {
        return lines().stream()
                .map(line -> {
                    int from = Integer.parseInt(line.group(1));
                    return Arrays.copyOfRange(bytes, from, from + Integer.parseInt(line.group(2)));
                })
                .toList();
    }

    private List<Matcher> lines() {
        return dump().lines().map(LINE::matcher).filter(Matcher::matches).toList();
    }

    /** A stream as it would be connected to that server. */
    PgOutputStream stream(RecordingSink sink) {
        tables = tables == null ? tables() : tables;
        return new PgOutputStream(
                sink,
                new Relations(tables, GoldenPgOutput::column, sink, new StreamFormat()),
                new TransactionIds(1_000),
                options(name),
                0,
                new PostgresPosition(1, 1, 0),
                Optional.empty());
    }

    /** All of the transactions that come, until the end or what stops a task. */
    String rows() {
        RecordingSink sink = new RecordingSink(new PostgresPosition(1, 1, 0));
        PgOutputStream stream = stream(sink);
        String stop = "";
        try {
            for (byte[] message : messages()) {
                stream.onMessage(message, 0, message.length, 0);
            }
        } catch (MillraceException e) {
            stop = "stops: " + e.code().label() + ": " + e.getMessage() + '\n';
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < sink.transactions().size(); i++) {
            text.append("transaction ")
                    .append(sink.ids().get(i).number)
                    .append(" ends at ")
                    .append(PostgresPosition.lsnText(sink.ids().get(i).endPosition))
                    .append('\n');
            for (RecordingSink.Row row : sink.transactions().get(i)) {
                if (row.statement() != null) {
                    text.append("  ").append(row.statement().describe()).append('\n');
                    continue;
                }
                text.append("  ")
                        .append(row.operation())
                        .append(' ')
                        .append(row.schema().table());
                append(text, "before", row.before());
                append(text, "after", row.after());
                text.append('\n');
            }
        }
        sink.prepared()
                .forEach(each -> text.append("prepared ").append(each.name()).append('\n'));
        return text.append("messages passed over: ")
                .append(stream.messagesPassed())
                .append('\n')
                .append(stop)
                .toString();
    }

    private static void append(StringBuilder text, String which, List<String> image) {
        if (image != null) {
            text.append(' ').append(which).append(' ').append(image.toString().replace("\n", "\\n"));
        }
    }

    /** The tables by their first Relation, keyed by their first column. */
    private List<CatalogTable> tables() {
        Map<Integer, CatalogTable> tables = new LinkedHashMap<>();
        dump().lines().map(RELATION::matcher).filter(Matcher::matches).forEach(line -> {
            List<Column> columns = new ArrayList<>();
            for (String each : line.group(5).split(" ", -1)) {
                String[] parts = each.split("[:(*]", -1);
                columns.add(column(parts[0], Integer.parseInt(parts[1]), -1, true, false));
            }
            int oid = Integer.parseInt(line.group(1));
            TableSchema schema = new TableSchema(new TableId(line.group(2), line.group(3)), 0, columns, List.of(0));
            TableDetails details =
                    new TableDetails(schema, -1, "", Map.of(), Map.of(), Optional.empty(), List.of(), List.of());
            tables.putIfAbsent(
                    oid,
                    new CatalogTable(
                            oid,
                            details,
                            false,
                            false,
                            line.group(4).charAt(0),
                            Set.of(columns.get(0).name()),
                            List.of(),
                            List.of(),
                            true,
                            false));
        });
        return List.copyOf(tables.values());
    }

    private static Column column(String name, int oid, int modifier, boolean isNullable, boolean isDeterministic) {
        ColumnType type = TYPES.getOrDefault(oid, ColumnType.OTHER);
        return new Column(name, type, "type", isNullable, 8, -1, "", List.of(), false);
    }
}
