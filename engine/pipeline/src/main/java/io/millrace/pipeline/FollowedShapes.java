package io.millrace.pipeline;

import io.millrace.mapping.TablePlan;
import io.millrace.reader.TableDetails;
import io.millrace.reader.TableSelection;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The source's tables as they are where the task stands, which its catalog may have left behind: statements that the log still holds
 * have made another one of it. Immutable.
 */
final class FollowedShapes {
    private final Map<TableId, TableSchema> shapes = new HashMap<>();

    /** Of what the target keeps. */
    FollowedShapes(List<TableSchema> kept) {
        kept.forEach(schema -> shapes.put(schema.table(), schema));
    }

    /** Nothing is kept: the task begins with the catalog. */
    static FollowedShapes none() {
        return new FollowedShapes(List.of());
    }

    /** The catalog's tables, each with the shape that its next rows have. */
    List<TableDetails> over(List<TableDetails> catalog, TableSelection selection) {
        List<TableDetails> tables = new ArrayList<>();
        Map<TableId, TableSchema> missing = new HashMap<>(shapes);
        for (TableDetails found : catalog) {
            Optional<TableSchema> kept =
                    Optional.ofNullable(missing.remove(found.schema().table()));
            tables.add(kept.filter(schema -> !isSame(schema, found.schema(), selection))
                    .map(schema -> with(found, schema))
                    .orElse(found));
        }
        missing.values().stream()
                .filter(schema -> selection.isSelected(schema.table()))
                .map(FollowedShapes::alone)
                .forEach(tables::add);
        tables.sort(Comparator.comparing(table -> table.schema().table()));
        return List.copyOf(tables);
    }

    /** Shapes by which the task goes on and of which nothing is kept yet. */
    List<TableSchema> lacking(List<TableDetails> planned) {
        return planned.stream()
                .map(TableDetails::schema)
                .filter(schema -> !shapes.containsKey(schema.table()))
                .toList();
    }

    /** Whether the catalog's table is still that of the rows to come; a key that the task declares is its own word. */
    private static boolean isSame(TableSchema kept, TableSchema found, TableSelection selection) {
        boolean isDeclared = !selection.declaredKey(found.table()).isEmpty();
        TableSchema compared =
                isDeclared ? new TableSchema(kept.table(), kept.version(), kept.columns(), found.key()) : kept;
        return TablePlan.difference(compared, found).isEmpty();
    }

    private static TableDetails with(TableDetails found, TableSchema schema) {
        return new TableDetails(
                schema,
                found.estimatedRows(),
                found.comment(),
                found.columnComments(),
                found.defaults(),
                found.autoIncrement(),
                found.indexes(),
                found.foreignKeys());
    }

    private static TableDetails alone(TableSchema schema) {
        return new TableDetails(schema, -1, "", Map.of(), Map.of(), Optional.empty(), List.of(), List.of());
    }
}
