package io.millrace.reader.mysql.catalog;

import io.millrace.reader.ForeignKey;
import io.millrace.reader.TableDetails;
import io.millrace.reader.mysql.sql.SqlText;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableIndex;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One table's details while the catalog's answers come in. Confined to one thread. */
final class TableDraft {
    private final TableId table;
    private final List<String> declaredKey;
    private final boolean isMariaDb;
    private final List<ColumnTypes.Entry> entries = new ArrayList<>();
    private final Map<String, String> comments = new HashMap<>();
    private final Map<String, String> defaults = new HashMap<>();
    private final Map<String, String> computed = new HashMap<>();
    private final Map<String, String> checks = new LinkedHashMap<>();
    private final Set<TableDetails.Omission> omissions = new LinkedHashSet<>();
    private final Map<String, TableDetails.Method> methods = new TreeMap<>();
    private final Map<String, List<String>> methodColumns = new HashMap<>();
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

    void add(ColumnTypes.Entry entry, String columnComment, String defaultText, String expression) {
        entries.add(entry);
        if (entry.isGenerated()) {
            computed.put(entry.name(), expression);
        }
        if (!columnComment.isEmpty()) {
            comments.put(entry.name(), columnComment);
        }
        if (defaultText != null && !entry.isGenerated()) {
            defaults.put(entry.name(), defaultText);
        }
        String extra = entry.extra().toLowerCase(Locale.ROOT);
        if (extra.contains("on update")) {
            omit(
                    "onUpdate",
                    entry.name(),
                    "a target that sets the column by itself would differ; its values are carried");
        }
        if (extra.contains("invisible")) {
            omit("invisible", entry.name(), "the column is made visible");
        }
    }

    void addCheck(String name, String clause) {
        checks.put(name, clause.toLowerCase(Locale.ROOT));
    }

    void omit(String what, String name, String why) {
        omissions.add(new TableDetails.Omission(what, name, why));
    }

    /** A column of an index that does not tell rows apart and orders none. */
    void add(String index, TableDetails.Method method, String column) {
        methods.put(index, method);
        methodColumns.computeIfAbsent(index, name -> new ArrayList<>()).add(column);
    }

    /** It cannot be made as it is. */
    void omitIndex(String index, String why) {
        methods.remove(index);
        omit("index", index, why);
    }

    List<String> indexesOf(TableDetails.Method method) {
        return methods.keySet().stream()
                .filter(name -> methods.get(name) == method)
                .toList();
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
        List<TableDetails.Index> indexes = new ArrayList<>();
        for (String name : keys.names()) {
            if (!name.equals(TableKeys.PRIMARY)) {
                indexes.add(new TableDetails.Index(
                        name,
                        keys.parts(name).get(0).isUnique(),
                        keys.parts(name).stream().map(TableKeys.Part::text).toList(),
                        TableDetails.Method.BTREE,
                        keys.order(name)));
            }
        }
        methods.forEach(
                (name, method) -> indexes.add(new TableDetails.Index(name, false, methodColumns.get(name), method)));
        return new TableDetails(
                new TableSchema(table, 0, columns, keys.key(declaredKey, columns)),
                estimatedRows,
                comment,
                comments,
                defaults(),
                autoIncrement,
                indexes,
                foreignKeys,
                omissions(),
                computed);
    }

    /** The check that makes a column of text JSON is no more than its type. */
    private List<TableDetails.Omission> omissions() {
        List<TableDetails.Omission> all = new ArrayList<>(omissions);
        Set<String> ofTypes =
                entries.stream().filter(this::isJson).map(TableDraft::jsonCheck).collect(Collectors.toSet());
        checks.forEach((name, clause) -> {
            if (!ofTypes.contains(clause)) {
                all.add(new TableDetails.Omission("check", name, "no text of the source is run at a target"));
            }
        });
        return all;
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
        return entry.dataType().equalsIgnoreCase("longtext") && checks.containsValue(jsonCheck(entry));
    }

    private static String jsonCheck(ColumnTypes.Entry entry) {
        return "json_valid(" + SqlText.quoted(entry.name()).toLowerCase(Locale.ROOT) + ")";
    }
}
