package io.millrace.reader.mysql.schema;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.ColumnDefinition;
import io.millrace.ddl.ColumnPlace;
import io.millrace.ddl.IndexDefinition;
import io.millrace.ddl.TableChange;
import io.millrace.reader.mysql.catalog.TableKeys;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableIndex;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a table is after a statement, given what it was: the clauses of one ALTER work on the names that stood before it, and AFTER on
 * those that stand behind it, as in the servers. Where the table cannot have been what it was thought to be, it says so by an empty
 * answer, never by a guess. Stateless.
 */
final class TableEvolution {
    private final SchemaRules rules;
    private final ColumnShaper shaper;

    TableEvolution(SchemaRules rules) {
        this.rules = rules;
        this.shaper = new ColumnShaper(rules);
    }

    /**
     * A new table from its own definition.
     *
     * @param databaseCollation the default of its database
     */
    TableState create(TableChange.Create create, TableId table, String databaseCollation, List<String> declaredKey) {
        String collation = rules.collation(create.charset(), create.collation(), databaseCollation);
        List<Column> columns = new ArrayList<>();
        Indexes indexes = new Indexes(List.of());
        for (ColumnDefinition definition : create.columns()) {
            columns.add(shaper.column(definition, collation));
            indexes.addInline(definition);
        }
        create.indexes().forEach(indexes::add);
        return state(table, collation, columns, indexes, declaredKey);
    }

    /** The same table under another name. */
    static TableState renamed(TableState state, TableId name) {
        TableSchema schema = state.schema();
        return new TableState(
                new TableSchema(name, 0, schema.columns(), schema.key()), state.collation(), state.indexes());
    }

    /** A table after ALTER TABLE, without its renaming; empty where the table was not what the statement takes it for. */
    Optional<TableState> alter(
            TableState state, List<AlterStep> steps, String databaseCollation, List<String> declared) {
        String collation = tableCollation(state.collation(), steps, databaseCollation);
        List<Column> columns = convert(state.schema().columns(), steps, databaseCollation);
        Set<String> seen = new HashSet<>();
        Set<String> added = new HashSet<>();
        for (AlterStep step : steps) {
            if (step instanceof AlterStep.AddColumn add) {
                added.add(add.column().name().toLowerCase(Locale.ROOT));
            }
            if (!fits(step, columns, seen) && !isOfAdded(step, added)) {
                return Optional.empty();
            }
        }
        Columns changed = new Columns(columns, collation, steps);
        changed.change(steps);
        Indexes indexes = new Indexes(state.indexes());
        indexes.change(steps);
        if (!changed.isWhole) {
            return Optional.empty();
        }
        return Optional.of(state(state.table(), collation, changed.list, indexes, declared));
    }

    /**
     * A table of which columns and key are certain.
     *
     * @param later as the catalog has it now, where there is a table of that name; it may be another one, or have another key by now
     */
    static TableState known(TableSchema schema, Optional<TableState> later, List<String> declaredKey) {
        return later.filter(each ->
                        keyOf(each.indexes(), schema.columns(), declaredKey).equals(schema.key()))
                .map(each -> new TableState(schema, each.collation(), each.indexes()))
                .orElseGet(() -> new TableState(schema, "", List.of(primaryOf(schema))));
    }

    private static TableIndex primaryOf(TableSchema schema) {
        return new TableIndex(
                TableIndex.PRIMARY,
                true,
                schema.key().stream()
                        .map(i -> new TableIndex.Part(schema.columns().get(i).name(), 0))
                        .toList());
    }

    private static TableState state(
            TableId table, String collation, List<Column> columns, Indexes indexes, List<String> declaredKey) {
        List<Column> whole = ColumnShaper.withKey(columns, indexes.primary());
        List<Integer> key = keyOf(indexes.list, whole, declaredKey);
        return new TableState(new TableSchema(table, 0, whole, key), collation, indexes.list);
    }

    private static List<Integer> keyOf(List<TableIndex> indexes, List<Column> columns, List<String> declaredKey) {
        TableKeys keys = new TableKeys();
        for (TableIndex index : indexes) {
            for (TableIndex.Part part : index.parts()) {
                String column = part.column().isEmpty() ? null : part.column();
                keys.add(new TableKeys.Part(index.name(), index.isUnique(), column, part.prefix(), null, false));
            }
        }
        return keys.key(declaredKey, columns);
    }

    private String tableCollation(String now, List<AlterStep> steps, String databaseCollation) {
        String collation = now;
        for (AlterStep step : steps) {
            if (step instanceof AlterStep.ConvertCharset convert) {
                collation = converted(convert, databaseCollation);
            } else if (step instanceof AlterStep.DefaultCharset change) {
                boolean isDefault = change.charset().equals("default");
                collation = isDefault
                        ? databaseCollation
                        : rules.collation(change.charset(), change.collation(), collation);
            }
        }
        return collation;
    }

    private String converted(AlterStep.ConvertCharset convert, String databaseCollation) {
        return convert.charset().equals("default")
                ? rules.collation("", convert.collation(), databaseCollation)
                : rules.collation(convert.charset(), convert.collation(), databaseCollation);
    }

    private List<Column> convert(List<Column> columns, List<AlterStep> steps, String databaseCollation) {
        List<Column> result = columns;
        for (AlterStep step : steps) {
            if (step instanceof AlterStep.ConvertCharset convert) {
                String collation = converted(convert, databaseCollation);
                result = result.stream()
                        .map(column -> isConverted(column) ? shaper.converted(column, collation) : column)
                        .toList();
            }
        }
        return result;
    }

    private static boolean isConverted(Column column) {
        boolean isText = column.type() == ColumnType.TEXT
                || column.type() == ColumnType.JSON
                || column.type() == ColumnType.ENUM
                || column.type() == ColumnType.SET;
        return isText && !column.collation().isEmpty();
    }

    // ---- columns

    private static int indexOf(List<Column> columns, String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the columns that a clause names are there; each may be named once. */
    private static boolean fits(AlterStep step, List<Column> columns, Set<String> seen) {
        String name = changedColumn(step);
        if (name == null) {
            return true;
        }
        boolean isThere = indexOf(columns, name) >= 0;
        boolean mayMiss = (step instanceof AlterStep.DropColumn drop && drop.ifExists())
                || (step instanceof AlterStep.ChangeColumn change && change.ifExists())
                || (step instanceof AlterStep.RenameColumn rename && rename.ifExists());
        return (isThere && seen.add(name.toLowerCase(Locale.ROOT))) || (!isThere && mayMiss);
    }

    /**
     * MariaDB takes a CHANGE of a column that is not there for one of the column that the same statement adds before under the new
     * name, whatever the old name is: it replaces that.
     */
    private static boolean isOfAdded(AlterStep step, Set<String> added) {
        return step instanceof AlterStep.ChangeColumn change
                && added.contains(change.definition().name().toLowerCase(Locale.ROOT));
    }

    /** The column that a clause changes, or null. */
    private static String changedColumn(AlterStep step) {
        if (step instanceof AlterStep.DropColumn drop) {
            return drop.column();
        }
        if (step instanceof AlterStep.ChangeColumn change) {
            return change.column();
        }
        return step instanceof AlterStep.RenameColumn rename ? rename.column() : null;
    }

    private static Optional<AlterStep> stepOf(Column column, List<AlterStep> steps) {
        return steps.stream()
                .filter(step -> column.name().equalsIgnoreCase(changedColumn(step)))
                .findFirst();
    }

    private final class Columns {
        private final List<Column> old;
        private final String collation;
        private final boolean isConverted;
        private final List<Column> list = new ArrayList<>();
        private boolean isWhole = true;

        Columns(List<Column> old, String collation, List<AlterStep> steps) {
            this.old = old;
            this.collation = collation;
            isConverted = steps.stream().anyMatch(AlterStep.ConvertCharset.class::isInstance);
        }

        /** CONVERT TO takes the columns that the statement defines, too, whatever character set they name; not those of bytes. */
        private Column shaped(ColumnDefinition definition) {
            boolean isNamed =
                    !definition.charset().isEmpty() || !definition.collation().isEmpty();
            boolean isOfBytes = definition.charset().equals("binary")
                    || definition.collation().equals("binary");
            return shaper.column(
                    isConverted && isNamed && !isOfBytes ? definition.withoutCharset() : definition, collation);
        }

        void change(List<AlterStep> steps) {
            for (Column column : old) {
                keep(column, stepOf(column, steps));
            }
            for (AlterStep step : steps) {
                if (step instanceof AlterStep.AddColumn add) {
                    boolean isThere = indexOf(old, add.column().name()) >= 0
                            && indexOf(list, add.column().name()) >= 0;
                    if (!(isThere && add.ifNotExists())) {
                        isWhole &= !isThere;
                        put(shaped(add.column()), add.place());
                    }
                } else if (step instanceof AlterStep.ChangeColumn change
                        && change.place().kind() != ColumnPlace.Kind.UNSAID
                        && indexOf(old, change.column()) >= 0) {
                    put(list.remove(indexOf(list, change.definition().name())), change.place());
                } else if (step instanceof AlterStep.ChangeColumn change
                        && indexOf(old, change.column()) < 0
                        && !change.ifExists()) {
                    list.remove(indexOf(list, change.definition().name()));
                    put(shaped(change.definition()), change.place());
                }
            }
        }

        private void keep(Column column, Optional<AlterStep> step) {
            if (step.isEmpty()) {
                list.add(column);
            } else if (step.get() instanceof AlterStep.RenameColumn rename) {
                list.add(column.named(rename.to()));
            } else if (step.get() instanceof AlterStep.ChangeColumn change) {
                // One that moves has its new name already, and goes from here in its turn: AFTER may name it before.
                list.add(changed(change));
            }
        }

        /** MODIFY keeps the name's spelling as it was. */
        private Column changed(AlterStep.ChangeColumn change) {
            boolean isRenamed = !change.column().equals(change.definition().name());
            String name = isRenamed
                    ? change.definition().name()
                    : old.get(indexOf(old, change.column())).name();
            return shaped(change.definition().named(name));
        }

        private void put(Column column, ColumnPlace place) {
            switch (place.kind()) {
                case FIRST -> list.add(0, column);
                case UNSAID -> list.add(column);
                case AFTER -> {
                    int at = indexOf(list, place.after());
                    isWhole &= at >= 0;
                    list.add(at < 0 ? list.size() : at + 1, column);
                }
            }
        }
    }

    // ---- indexes

    /** The table's indexes; those without a name get the one that the server would give. */
    private static final class Indexes {
        private final List<TableIndex> list = new ArrayList<>();

        Indexes(List<TableIndex> indexes) {
            list.addAll(indexes);
        }

        List<String> primary() {
            return list.stream()
                    .filter(index -> index.name().equals(TableIndex.PRIMARY))
                    .flatMap(index -> index.parts().stream())
                    .map(TableIndex.Part::column)
                    .toList();
        }

        void change(List<AlterStep> steps) {
            for (AlterStep step : steps) {
                if (step instanceof AlterStep.DropIndex drop) {
                    list.removeIf(index -> index.name().equalsIgnoreCase(drop.index()));
                } else if (step instanceof AlterStep.DropConstraint drop) {
                    list.removeIf(index -> index.name().equalsIgnoreCase(drop.name()));
                } else if (step instanceof AlterStep.DropColumn drop) {
                    dropColumn(drop.column());
                }
            }
            renameColumns(steps);
            for (AlterStep step : steps) {
                if (step instanceof AlterStep.RenameIndex rename) {
                    list.replaceAll(index -> index.name().equalsIgnoreCase(rename.index())
                            ? new TableIndex(rename.to(), index.isUnique(), index.parts())
                            : index);
                } else if (step instanceof AlterStep.AddIndex add) {
                    boolean isThere = add.ifNotExists() && has(add.index().name());
                    if (!isThere) {
                        add(add.index());
                    }
                } else if (step instanceof AlterStep.AddColumn add) {
                    addInline(add.column());
                } else if (step instanceof AlterStep.ChangeColumn change) {
                    addInline(change.definition());
                }
            }
        }

        private void dropColumn(String column) {
            List<TableIndex> kept = new ArrayList<>();
            for (TableIndex index : list) {
                List<TableIndex.Part> parts = index.parts().stream()
                        .filter(part -> !part.column().equalsIgnoreCase(column))
                        .toList();
                if (!parts.isEmpty()) {
                    kept.add(new TableIndex(index.name(), index.isUnique(), parts));
                }
            }
            list.clear();
            list.addAll(kept);
        }

        private void renameColumns(List<AlterStep> steps) {
            list.replaceAll(index -> new TableIndex(
                    index.name(),
                    index.isUnique(),
                    index.parts().stream()
                            .map(part -> new TableIndex.Part(newName(part.column(), steps), part.prefix()))
                            .toList()));
        }

        private static String newName(String column, List<AlterStep> steps) {
            for (AlterStep step : steps) {
                if (step instanceof AlterStep.RenameColumn rename
                        && rename.column().equalsIgnoreCase(column)) {
                    return rename.to();
                }
                if (step instanceof AlterStep.ChangeColumn change
                        && change.column().equalsIgnoreCase(column)) {
                    return change.definition().name();
                }
            }
            return column;
        }

        void addInline(ColumnDefinition definition) {
            if (definition.key() != ColumnDefinition.Key.NONE) {
                boolean isPrimary = definition.key() == ColumnDefinition.Key.PRIMARY;
                add(new IndexDefinition(
                        isPrimary ? IndexDefinition.Kind.PRIMARY : IndexDefinition.Kind.UNIQUE,
                        "",
                        List.of(new TableIndex.Part(definition.name(), 0))));
            }
        }

        void add(IndexDefinition index) {
            boolean isPrimary = index.kind() == IndexDefinition.Kind.PRIMARY;
            boolean isUnique = isPrimary || index.kind() == IndexDefinition.Kind.UNIQUE;
            String name = isPrimary ? TableIndex.PRIMARY : index.name().isEmpty() ? freeName(index) : index.name();
            list.add(new TableIndex(name, isUnique, index.parts()));
        }

        private boolean has(String name) {
            return list.stream().anyMatch(index -> index.name().equalsIgnoreCase(name));
        }

        private String freeName(IndexDefinition index) {
            String column = index.parts().get(0).column();
            String base = column.isEmpty() ? "functional_index" : column;
            String name = base;
            for (int i = 2; name.equalsIgnoreCase(TableIndex.PRIMARY) || has(name); i++) {
                name = base + "_" + i;
            }
            return name;
        }
    }
}
