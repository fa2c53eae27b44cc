package io.millrace.reader.postgres.catalog;

import io.millrace.reader.ForeignKey;
import io.millrace.reader.TableDetails;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes a table of what the catalog has of it: which columns are carried, what its key is, what identifies its rows. */
final class TableAssembly {
    private static final Pattern TYPED_LITERAL =
            Pattern.compile("('(?:[^'\\\\]++|'')*+')::[\\w. \"]+(?:\\([0-9, ]+\\))?[a-z ]*");

    private TableAssembly() {}

    static CatalogTable table(
            ListedTable listed,
            List<String> declaredKey,
            List<FoundColumn> found,
            List<FoundIndex> indexes,
            List<ForeignKey> foreignKeys,
            List<TableDetails.Omission> omissions,
            List<String> leaves) {
        List<Column> columns = new ArrayList<>();
        List<String> generated = new ArrayList<>();
        Map<String, String> computed = new LinkedHashMap<>();
        Map<String, String> comments = new LinkedHashMap<>();
        Map<String, String> defaults = new LinkedHashMap<>();
        Optional<String> numbered = Optional.empty();
        for (FoundColumn each : found) {
            String name = each.column().name();
            if (!each.isCarried()) {
                generated.add(name);
                continue;
            }
            columns.add(each.column());
            each.comment().ifPresent(text -> comments.put(name, text));
            if (each.column().generated()) {
                computed.put(name, each.text().orElse(""));
                continue;
            }
            each.text().ifPresent(text -> defaults.put(name, withoutType(text)));
            boolean isSerial =
                    each.text().filter(text -> text.startsWith("nextval(")).isPresent();
            numbered = numbered.isEmpty() && (each.isIdentity() || isSerial) ? Optional.of(name) : numbered;
        }
        Set<String> identity = identity(listed.identity(), columns, indexes);
        List<String> key = declaredKey.isEmpty() ? key(listed.identity(), columns, indexes) : declaredKey;
        TableSchema schema = new TableSchema(listed.id(), 0, columns, positions(columns, key));
        TableDetails details = new TableDetails(
                schema,
                listed.rows(),
                listed.comment(),
                comments,
                defaults,
                numbered,
                indexes.stream()
                        .filter(FoundIndex::isMade)
                        .map(FoundIndex::made)
                        .toList(),
                foreignKeys,
                Stream.concat(indexes.stream().flatMap(FoundIndex::omissions), omissions.stream())
                        .toList(),
                computed);
        return new CatalogTable(
                (int) listed.oid(),
                details,
                listed.isPartitioned(),
                listed.isUnlogged(),
                listed.identity(),
                identity,
                leaves,
                generated,
                indexes.stream().anyMatch(index -> index.isKey() && key.containsAll(index.columns())),
                listed.identity() == 'f' && found.stream().anyMatch(FoundColumn::isVirtual));
    }

    /** A literal as any server has it: this one writes its type behind. */
    private static String withoutType(String expression) {
        Matcher literal = TYPED_LITERAL.matcher(expression);
        return literal.matches() ? literal.group(1) : expression;
    }

    private static Set<String> identity(char identity, List<Column> columns, List<FoundIndex> indexes) {
        Set<String> names = new HashSet<>();
        switch (identity) {
            case 'f' -> columns.forEach(column -> names.add(column.name()));
            case 'd' ->
                indexes.stream()
                        .filter(index -> index.isPrimary() && index.isKey())
                        .forEach(index -> names.addAll(index.columns()));
            case 'i' ->
                indexes.stream()
                        .filter(index -> index.isIdentity() && index.isKey())
                        .forEach(index -> names.addAll(index.columns()));
            default -> names.clear();
        }
        return names;
    }

    /** The identity's index, else the primary key, else the first unique key whose columns are never NULL. */
    private static List<String> key(char identity, List<Column> columns, List<FoundIndex> indexes) {
        List<FoundIndex> keys = indexes.stream()
                .filter(FoundIndex::isKey)
                .filter(index -> isNeverNull(index, columns))
                .toList();
        return keys.stream()
                .filter(index -> identity == 'i' && index.isIdentity())
                .findFirst()
                .or(() -> keys.stream().filter(FoundIndex::isPrimary).findFirst())
                .or(() -> keys.stream().findFirst())
                .map(FoundIndex::columns)
                .orElse(List.of());
    }

    private static boolean isNeverNull(FoundIndex index, List<Column> columns) {
        return index.columns().stream()
                .allMatch(name ->
                        columns.stream().anyMatch(column -> column.name().equals(name) && !column.nullable()));
    }

    /** Of a key with a column that is not there, nothing. */
    private static List<Integer> positions(List<Column> columns, List<String> key) {
        List<Integer> positions = new ArrayList<>();
        for (String name : key) {
            for (int i = 0; i < columns.size(); i++) {
                if (columns.get(i).name().equals(name)) {
                    positions.add(i);
                }
            }
        }
        return positions.size() == key.size() ? positions : List.of();
    }
}
