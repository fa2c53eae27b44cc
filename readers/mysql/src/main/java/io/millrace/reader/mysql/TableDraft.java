package io.millrace.reader.mysql;

import io.millrace.reader.ForeignKey;
import io.millrace.reader.TableDetails;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableIndex;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One table's details while the catalog's answers come in. Confined to one thread. */
final class TableDraft {
    private final TableId table;
    private final List<String> declaredKey;
    private final boolean isMariaDb;
    private final List<ColumnTypes.Entry> entries = new ArrayList<>();
    private final Map<String, String> comments = new HashMap<>();
    private final Map<String, String> defaults = new HashMap<>();
    private final Set<String> checks = new HashSet<>();
    private final TableKeys keys = new TableKeys();
    private final List<ForeignKey> foreignKeys = new ArrayList<>();
    private long estimatedRows = -1;
    private String comment = "";
    private String collation = "";

    TableDraft(TableId table, List<String> declaredKey, boolean isMariaDb) {
        this.table = table;
        this.isMariaDb = isMariaDb;
        this.declaredKey = declaredKey;
    }

    void about(long rows, String text, String tableCollation) {
        estimatedRows = rows;
        comment = text;
        collation = tableCollation;
    }

    void add(ColumnTypes.Entry entry, String columnComment, String defaultText) {
        entries.add(entry);
        if (!columnComment.isEmpty()) {
            comments.put(entry.name(), columnComment);
        }
        if (defaultText != null && !entry.isGenerated()) {
            defaults.put(entry.name(), defaultText);
        }
    }

    void addCheck(String clause) {
        checks.add(clause.toLowerCase(Locale.ROOT));
    }

    void add(TableKeys.Part part) {
        keys.add(part);
    }

    void add(ForeignKey foreignKey) {
        foreignKeys.add(foreignKey);
    }

    boolean hasColumns() {
        return !entries.isEmpty();
    }

    private List<Column> columns() {
        return entries.stream()
                .map(entry -> ColumnTypes.column(entry, isJson(entry)))
                .toList();
    }

    /** What a reader follows of the table. */
    TableState state() {
        List<Column> columns = columns();
        List<TableIndex> indexes = keys.names().stream()
                .map(name -> new TableIndex(
                        name,
                        keys.parts(name).get(0).isUnique(),
                        keys.parts(name).stream()
                                .map(part ->
                                        new TableIndex.Part(part.column() == null ? "" : part.column(), part.prefix()))
                                .toList()))
                .toList();
        return new TableState(new TableSchema(table, 0, columns, keys.key(declaredKey, columns)), collation, indexes);
    }

    TableDetails details() {
        List<Column> columns = columns();
        Optional<String> autoIncrement = entries.stream()
                .filter(ColumnTypes.Entry::isAutoIncrement)
                .map(ColumnTypes.Entry::name)
                .findFirst();
        List<TableDetails.Index> indexes = keys.names().stream()
                .filter(name -> !name.equals(TableKeys.PRIMARY))
                .map(name -> new TableDetails.Index(
                        name,
                        keys.parts(name).get(0).isUnique(),
                        keys.parts(name).stream().map(TableKeys.Part::text).toList()))
                .toList();
        return new TableDetails(
                new TableSchema(table, 0, columns, keys.key(declaredKey, columns)),
                estimatedRows,
                comment,
                comments,
                defaults(),
                autoIncrement,
                indexes,
                foreignKeys);
    }

    private Map<String, String> defaults() {
        Map<String, String> texts = new HashMap<>();
        for (ColumnTypes.Entry entry : entries) {
            String text = defaults.get(entry.name());
            if (text != null) {
                DefaultText.of(entry, text, isMariaDb).ifPresent(sql -> texts.put(entry.name(), sql));
            }
        }
        return texts;
    }

    private boolean isJson(ColumnTypes.Entry entry) {
        return entry.dataType().equalsIgnoreCase("longtext")
                && checks.contains("json_valid(" + SqlText.quoted(entry.name()).toLowerCase(Locale.ROOT) + ")");
    }
}
