package io.millrace.reader.postgres.statement;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.ColumnDefinition;
import io.millrace.ddl.ColumnPlace;
import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableChange;
import io.millrace.ddl.TableEffect;
import io.millrace.reader.TableSelection;
import io.millrace.reader.postgres.catalog.CatalogTable;
import io.millrace.reader.postgres.catalog.ColumnTypes;
import io.millrace.reader.postgres.statement.SeenTable.SeenColumn;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a statement did to a table, by its shapes before and after: a column is the same one where its number is. Confined to the stream's
 * thread.
 */
public final class DdlEffects {
    private final TableSelection selection;
    private final ColumnTypes types;
    private final Function<Long, Optional<SeenTable>> catalog;
    private final Map<Long, CatalogTable> planned = new HashMap<>();
    private final Map<Long, List<Integer>> keys = new HashMap<>();

    /**
     * For one connection.
     *
     * @param tables as the catalog has them
     * @param catalog what it has of a table now, by its number
     */
    public DdlEffects(
            TableSelection selection,
            ColumnTypes types,
            List<CatalogTable> tables,
            Function<Long, Optional<SeenTable>> catalog) {
        this.catalog = catalog;
        this.selection = selection;
        this.types = types;
        tables.forEach(table -> planned.put(Integer.toUnsignedLong(table.oid()), table));
    }

    /**
     * What a statement did to values of rows that were there.
     *
     * @param fills of columns that were added, by their numbers
     * @param arePlain whether no expression can have changed the values of a column that has another type now
     */
    record Values(Map<Integer, DdlMessage.Fill> fills, boolean arePlain) {}

    DdlEvent event(
            String verb,
            SeenTable before,
            Optional<SeenTable> after,
            Values values,
            String place,
            long commitTimeMicros) {
        List<TableChange> changes = new ArrayList<>();
        List<TableEffect> effects = new ArrayList<>();
        List<Integer> key = keys.computeIfAbsent(before.oid(), oid -> key(before));
        TableSchema then = schema(before, before, key);
        if (after.isEmpty()) {
            changes.add(new TableChange.Drop(before.id(), false));
            effects.add(
                    new TableEffect(TableEffect.Kind.DROPPED, before.id(), Optional.of(then), Optional.empty(), true));
        } else {
            alter(before, after.get(), then, schema(after.get(), before, key), values, changes, effects);
        }
        return new DdlEvent(verb, changes, effects, "", place, commitTimeMicros, "");
    }

    private void alter(
            SeenTable before,
            SeenTable after,
            TableSchema then,
            TableSchema now,
            Values values,
            List<TableChange> changes,
            List<TableEffect> effects) {
        List<AlterStep> steps = steps(before, after, then, now, values.fills());
        if (!steps.isEmpty()) {
            changes.add(new TableChange.Alter(before.id(), false, false, steps));
        }
        boolean isMadeAnew = before.columns().stream()
                .anyMatch(column -> after.column(column.name())
                        .filter(other -> other.number() != column.number())
                        .isPresent());
        boolean isRetyped = before.columns().stream()
                .anyMatch(column -> after.column(column.number())
                        .filter(other -> other.type() != column.type() || other.modifier() != column.modifier())
                        .isPresent());
        boolean isRecomputed = before.columns().stream()
                .anyMatch(column -> after.column(column.number())
                        .filter(other -> other.isRecomputed(column))
                        .isPresent());
        boolean movesRows = isMadeAnew || isRecomputed || (isRetyped && !values.arePlain());
        if (after.id().equals(before.id())) {
            effects.add(new TableEffect(
                    TableEffect.Kind.ALTERED, before.id(), Optional.of(then), Optional.of(now), movesRows));
            return;
        }
        changes.add(new TableChange.Rename(before.id(), after.id(), false));
        effects.add(new TableEffect(
                TableEffect.Kind.RENAMED_AWAY, before.id(), Optional.of(then), Optional.empty(), movesRows));
        if (selection.isSelected(after.id())) {
            effects.add(new TableEffect(
                    TableEffect.Kind.RENAMED_HERE, after.id(), Optional.empty(), Optional.of(now), movesRows));
        }
    }

    /** By numbers: dropped, of another type or nullability, renamed, added. */
    private static List<AlterStep> steps(
            SeenTable before, SeenTable after, TableSchema then, TableSchema now, Map<Integer, DdlMessage.Fill> fills) {
        List<AlterStep> steps = new ArrayList<>();
        for (SeenColumn column : before.columns()) {
            Optional<SeenColumn> same = after.column(column.number());
            if (same.isEmpty()) {
                steps.add(new AlterStep.DropColumn(column.name(), false));
                continue;
            }
            String name = same.get().name();
            ColumnDefinition definition = definition(now, name);
            if (!definition(then, column.name()).named(name).equals(definition)) {
                steps.add(new AlterStep.ChangeColumn(column.name(), definition, ColumnPlace.UNSAID, false));
            } else if (!name.equals(column.name())) {
                steps.add(new AlterStep.RenameColumn(column.name(), name, false));
            }
        }
        for (SeenColumn column : after.columns()) {
            if (before.column(column.number()).isEmpty()) {
                steps.add(new AlterStep.AddColumn(
                        FillText.filled(
                                definition(now, column.name()),
                                now.columns().get(now.indexOf(column.name())),
                                fills.getOrDefault(column.number(), DdlMessage.Fill.UNKNOWN)),
                        ColumnPlace.UNSAID,
                        false));
            }
        }
        if (!then.key().isEmpty() && now.key().isEmpty()) {
            steps.add(new AlterStep.Other("REPLICA IDENTITY", false));
        }
        return steps;
    }

    private static ColumnDefinition definition(TableSchema schema, String name) {
        Column column = schema.columns().get(schema.indexOf(name));
        return new ColumnDefinition(
                name,
                column.sourceType(),
                List.of(),
                column.members(),
                false,
                false,
                "",
                "",
                false,
                column.nullable() ? ColumnDefinition.Nullability.NULL : ColumnDefinition.Nullability.NOT_NULL,
                Optional.empty(),
                ColumnDefinition.Generation.NONE,
                false,
                false,
                false,
                ColumnDefinition.Key.NONE,
                "");
    }

    /** What the columns of the task's key are called in a shape; empty where it lacks one. */
    Optional<List<String>> keyNames(SeenTable table) {
        List<String> names = new ArrayList<>();
        for (int number : keys.computeIfAbsent(table.oid(), oid -> key(table))) {
            table.column(number).ifPresent(column -> names.add(column.name()));
        }
        return names.size() == keys.get(table.oid()).size() ? Optional.of(names) : Optional.empty();
    }

    /** The numbers of the task's key, whose names are the catalog's: a shape of the past may have had others. */
    private List<Integer> key(SeenTable first) {
        CatalogTable table = planned.get(first.oid());
        List<Integer> numbers = new ArrayList<>();
        if (table == null) {
            // It is not there any more: its identity holds its key.
            first.columns().stream().filter(SeenColumn::isIdentity).forEach(column -> numbers.add(column.number()));
        } else {
            SeenTable named = catalog.apply(first.oid()).orElse(first);
            table.key()
                    .forEach(name -> named.column(name)
                            .or(() -> first.column(name))
                            .ifPresent(column -> numbers.add(column.number())));
        }
        return numbers;
    }

    /** NOT NULL that is new changes no row; a key that the identity does not hold is none. */
    private TableSchema schema(SeenTable table, SeenTable before, List<Integer> key) {
        List<Column> columns = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        for (SeenColumn column : table.columns()) {
            boolean wasNullable = before.column(column.number())
                    .filter(then -> !then.isRequired())
                    .isPresent();
            Column sent = types.column(
                    column.name(), (int) column.type(), column.modifier(), wasNullable || !column.isRequired(), true);
            columns.add(sent.generated(!column.computed().isEmpty()));
        }
        for (int number : key) {
            int position = -1;
            for (int i = 0; i < table.columns().size(); i++) {
                SeenColumn column = table.columns().get(i);
                position = column.number() == number && column.isIdentity() ? i : position;
            }
            if (position < 0) {
                return new TableSchema(table.id(), 0, columns, List.of());
            }
            positions.add(position);
        }
        return new TableSchema(table.id(), 0, columns, positions);
    }
}
