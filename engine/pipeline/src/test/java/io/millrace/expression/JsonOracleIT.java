package io.millrace.expression;

import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.expression.value.Text;
import io.millrace.expression.value.Value;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Generated paths into generated documents give what PostgreSQL's JSON_VALUE gives. Another seed: {@code -Dmillrace.expressions.seed=7}. */
@RealServers(POSTGRES_18)
class JsonOracleIT {
    private static final long SEED = Long.getLong("millrace.expressions.seed", 20L);
    private static final int DOCUMENTS = 400;
    private static final int PATHS = 120;
    private static final List<String> NAMES = List.of("a", "b", "x y", "ä", "a\\u0062");
    private static final List<String> SCALARS = List.of(
            "1",
            "-0",
            "-0.0",
            "0.50",
            "1e2",
            "1.50e1",
            "-2.5E-3",
            "12345678901234567890.123",
            "true",
            "false",
            "null",
            "\"\"",
            "\"text\"",
            "\"a\\\"b\\\\\\/\\n\\t\\u00e4\\ud83d\\ude00\"",
            "\"}],\"",
            "\"好的\"");
    private static final TableSchema SCHEMA = new TableSchema(
            new TableId("shop", "documents"),
            1,
            List.of(new Column("doc", ColumnType.JSON, "json", true, -1, -1, "", List.of(), false)),
            List.of());

    private final Random random = new Random(SEED);

    @Test
    void shouldGiveWhatPostgresGivesWhenDocumentsAndPathsAreGenerated(PostgresServer server) throws SQLException {
        String database = server.freshDatabase("json");
        List<String> documents = new ArrayList<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            documents.add(document(3));
        }
        int found = 0;
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE documents (id int, doc json)");
            fill(connection, documents);
            for (int i = 0; i < PATHS; i++) {
                String path = path();
                Value mine =
                        Expression.of("json_value(doc, '" + path + "')", SCHEMA).newValue();
                try (ResultSet theirs = statement.executeQuery(
                        "SELECT id, JSON_VALUE(doc, '" + path + "') FROM documents ORDER BY id")) {
                    while (theirs.next()) {
                        String document = documents.get(theirs.getInt(1));
                        String expected = theirs.getString(2);
                        found += expected == null ? 0 : 1;
                        assertEquals(
                                expected, text(mine, document), "seed=" + SEED + ", path=" + path + ", in " + document);
                    }
                }
            }
        }
        assertTrue(found > DOCUMENTS, "scalars that were found: " + found);
    }

    private static void fill(Connection connection, List<String> documents) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO documents VALUES (?, ?::json)")) {
            for (int i = 0; i < documents.size(); i++) {
                insert.setInt(1, i);
                insert.setString(2, documents.get(i));
                insert.executeUpdate();
            }
        }
    }

    private static String text(Value value, String document) {
        ByteBuffer memory = ByteBuffer.allocateDirect(64 << 10);
        RowSpace space = (buffer, offset, used, required) -> {
            buffer.wrap(memory);
            return 0;
        };
        RowEncoder encoder = new RowEncoder(space);
        encoder.beginRecord();
        encoder.beginImage(1);
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        encoder.putBytes(0, bytes, 0, bytes.length);
        encoder.endImage(false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        if (!value.load(image)) {
            return null;
        }
        Text text = (Text) value;
        byte[] result = new byte[text.length];
        text.buffer.getBytes(text.offset, result);
        return new String(result, StandardCharsets.UTF_8);
    }

    private String document(int depth) {
        String blank = random.nextInt(4) == 0 ? " \n" : "";
        int count = random.nextInt(4);
        StringBuilder text = new StringBuilder(blank);
        switch (depth == 0 ? 2 : random.nextInt(3)) {
            case 0 -> {
                text.append('{');
                for (int i = 0; i < count; i++) {
                    String name = NAMES.get(random.nextInt(NAMES.size()));
                    text.append(i == 0 ? "" : ",")
                            .append(blank)
                            .append('"')
                            .append(name)
                            .append('"');
                    text.append(blank).append(':').append(document(depth - 1));
                }
                text.append('}');
            }
            case 1 -> {
                text.append('[');
                for (int i = 0; i < count; i++) {
                    text.append(i == 0 ? "" : ",").append(document(depth - 1));
                }
                text.append(']');
            }
            default -> text.append(SCALARS.get(random.nextInt(SCALARS.size())));
        }
        return text.append(blank).toString();
    }

    private String path() {
        StringBuilder path = new StringBuilder("$");
        int steps = random.nextInt(4);
        for (int i = 0; i < steps; i++) {
            path.append(
                    switch (random.nextInt(6)) {
                        case 0 -> "[0]";
                        case 1 -> "[1]";
                        case 2 -> ".\"x y\"";
                        case 3 -> ".b";
                        case 4 -> random.nextBoolean() ? ".\"ä\"" : ".ab";
                        default -> ".a";
                    });
        }
        return path.toString();
    }
}
