package io.millrace.pipeline;

import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableEffect;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.mapping.TablePlan;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Makes of a statement's effects what it is at the target, or says which part of it has no counterpart there: rendered from the parsed
 * form (EXACTNESS 42), and only where rows that are there come out as the source's did. Pure. One instance a statement.
 */
final class StatementTranslation {
    private final DdlEvent event;
    private final Map<TableId, TableSchema> shapes = new HashMap<>();
    private final Predicate<TableId> isSelected;
    private final UnaryOperator<TableId> targetOf;
    private final BiFunction<TableSchema, TableId, TargetTable> planner;
    private final List<TargetChange> changes = new ArrayList<>();
    private final List<TableSchema> next = new ArrayList<>();
    private final List<TableId> gone = new ArrayList<>();

    /**
     * Of one statement.
     *
     * @param shapes of the task's tables before it
     * @param isSelected whether the task takes a source table, one that is not there yet too
     * @param targetOf the target's name of a source table
     * @param planner what a source table is at the target, by shape and name
     */
    StatementTranslation(
            DdlEvent event,
            Collection<TableSchema> shapes,
            Predicate<TableId> isSelected,
            UnaryOperator<TableId> targetOf,
            BiFunction<TableSchema, TableId, TargetTable> planner) {
        this.event = event;
        shapes.forEach(schema -> this.shapes.put(schema.table(), schema));
        this.isSelected = isSelected;
        this.targetOf = targetOf;
        this.planner = planner;
    }

    /**
     * The plan.
     *
     * @throws MillraceException with DDL_ON_SELECTED_TABLE and the reason where there is none
     */
    StatementPlan plan() {
        for (TableEffect effect : event.effects()) {
            if (isSelected.test(effect.table())) {
                switch (effect.kind()) {
                    case ALTERED, RESHAPED -> altered(effect);
                    default -> throw refused(effect.table(), "kind=" + effect.kind());
                }
            }
        }
        return new StatementPlan(changes, next, gone);
    }

    private void altered(TableEffect effect) {
        TableSchema known = shapes.get(effect.table());
        if (effect.leavesRowsAlone()) {
            return;
        }
        if (known == null) {
            throw refused(effect.table(), "the task does not hold the table");
        }
        if (effect.movesRows()) {
            throw refused(effect.table(), "rows may have come, gone or changed by it, and no row event tells");
        }
        if (effect.before().isEmpty() || effect.after().isEmpty()) {
            throw refused(effect.table(), "the table's columns at this place are not certain");
        }
        TableSchema before = effect.before().get();
        TableSchema after = effect.after().get();
        Optional<String> difference = TablePlan.difference(known, before);
        if (difference.isPresent()) {
            throw refused(effect.table(), "the table was not what the task carries: " + difference.get());
        }
        TableId name = targetOf.apply(effect.table());
        ColumnMatch match = ColumnMatch.of(event, effect);
        changes.addAll(new TableTranslation(match, planner.apply(before, name), planner.apply(after, name)).changes());
        next.add(after);
    }

    private MillraceException refused(TableId table, String why) {
        return refusal("table=" + table + ", reason=" + why);
    }

    /** Why a statement has no counterpart; {@link StatementStep} adds which. */
    static MillraceException refusal(String why) {
        return new MillraceException(ErrorCode.DDL_ON_SELECTED_TABLE, why);
    }
}
