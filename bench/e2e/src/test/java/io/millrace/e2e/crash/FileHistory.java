package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The files that a task wrote of a {@link NumberedWorkload}, read in order: whatever they promise is asserted line by line. Transactions
 * stand together and come once, their rows count from 0, each file tells a table's shape first, and each change meets the row that the
 * lines before it left.
 */
final class FileHistory {
    private static final List<String> ACCOUNT = List.of("id", "n", "v", "note");
    private static final List<String> OTHERS = List.of("id", "v");

    private final Map<String, Map<Long, Map<String, String>>> tables = new TreeMap<>();
    private final Map<Long, List<String>> ofAccounts = new TreeMap<>();
    private final Set<String> transactions = new HashSet<>();
    private final Set<String> told = new HashSet<>();
    private String transaction = "";
    private long nextOrdinal;
    private long changes;

    private FileHistory() {}

    static FileHistory read(Path out) throws IOException {
        FileHistory history = new FileHistory();
        List<Path> files;
        try (Stream<Path> all = Files.list(out)) {
            files = all.filter(path -> path.getFileName().toString().contains(".ndjson"))
                    .sorted()
                    .toList();
        }
        assertTrue(files.size() > 1, "it rotated: files=" + files);
        for (Path file : files) {
            history.told.clear();
            String text = text(file);
            assertTrue(text.isEmpty() || text.endsWith("\n"), "a line has no end: file=" + file);
            text.lines().map(FileLine::parse).forEach(history::take);
        }
        return history;
    }

    private static String text(Path file) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    long changes() {
        return changes;
    }

    /** As {@link NumberedWorkload#history}. */
    Map<Long, List<String>> ofAccounts() {
        return ofAccounts;
    }

    /** What the lines come to is what the source has. */
    void assertEqual(Connection source) throws SQLException {
        for (String query : Trail.TABLES) {
            String table = query.replaceFirst(".* FROM bank\\.(\\w+) .*", "$1");
            List<String> rows = new ArrayList<>();
            for (Map<String, String> row : rowsOf(table).values()) {
                rows.add(String.join(
                        " ",
                        (table.equals("account") ? ACCOUNT : OTHERS)
                                .stream().map(row::get).map(String::valueOf).toList()));
            }
            assertEquals(Trail.rows(source, query), rows, table);
        }
    }

    private Map<Long, Map<String, String>> rowsOf(String table) {
        return tables.computeIfAbsent(table, name -> new TreeMap<>());
    }

    private void take(FileLine line) {
        switch (line.operation()) {
            case "schema" -> told.add(line.table());
            case "ddl" -> rowsOf(line.table()).clear();
            default -> change(line);
        }
    }

    private void change(FileLine line) {
        assertTrue(told.contains(line.table()), () -> "no shape before it: " + line);
        if (!line.transaction().equals(transaction)) {
            transaction = line.transaction();
            assertTrue(transactions.add(transaction), () -> "it came before: " + line);
            nextOrdinal = 0;
        }
        assertEquals(nextOrdinal++, line.ordinal(), line::toString);
        changes++;
        Map<Long, Map<String, String>> rows = rowsOf(line.table());
        boolean isNew = line.operation().equals("c");
        boolean isGone = line.operation().equals("d");
        long oldKey = id(line.before().getOrDefault("id", line.key().get("id")));
        Map<String, String> row = rows.remove(oldKey);
        assertEquals(isNew, row == null, line::toString);
        if (isGone) {
            assertEquals(oldKey, id(line.key().get("id")), line::toString);
            tell(line, oldKey, "delete", row);
            return;
        }
        Map<String, String> after = new TreeMap<>(isNew ? Map.of() : Objects.requireNonNull(row));
        after.putAll(line.after());
        long newKey = id(after.get("id"));
        assertEquals(newKey, id(line.key().get("id")), line::toString);
        if (newKey != oldKey) {
            tell(line, oldKey, "delete", row);
        }
        tell(line, newKey, isNew ? "insert" : "update", after);
        assertEquals(null, rows.put(newKey, after), line::toString);
    }

    private static long id(String key) {
        return Long.parseLong(key);
    }

    private void tell(FileLine line, long key, String operation, Map<String, String> row) {
        if (line.table().equals("account")) {
            ofAccounts.computeIfAbsent(key, id -> new ArrayList<>()).add(operation + " " + row.get("n"));
        }
    }
}
