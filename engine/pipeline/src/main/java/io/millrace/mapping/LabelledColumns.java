package io.millrace.mapping;

import io.millrace.ddl.TableEffect;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetTable;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** Whether a statement that leaves rows as they are gives the source further labels that a type of the target must know, too. Pure. */
public final class LabelledColumns {
    private LabelledColumns() {}

    /**
     * Whether it does.
     *
     * @param place where a column of the target's shape stands in the source's rows
     */
    public static boolean areRelabelled(TargetTable table, TableEffect effect, IntUnaryOperator place) {
        if (effect.before().isEmpty() || effect.after().isEmpty()) {
            return false;
        }
        for (int i = 0; i < table.columns().size(); i++) {
            if (table.columns().get(i).hasLabels()) {
                int at = place.applyAsInt(table.columns().get(i).sourceColumn());
                Optional<List<String>> before = labels(effect.before().get(), at);
                if (!before.equals(labels(effect.after().get(), at))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A statement that leaves rows as they are leaves columns in their places. */
    private static Optional<List<String>> labels(TableSchema schema, int place) {
        return place < schema.columns().size()
                ? Optional.of(schema.columns().get(place).members())
                : Optional.empty();
    }
}
