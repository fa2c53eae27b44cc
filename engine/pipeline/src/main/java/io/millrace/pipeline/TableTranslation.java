package io.millrace.pipeline;

import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the target's table must undergo to hold the source's columns behind a statement. Pure. One instance a table. */
final class TableTranslation {
    private final ColumnMatch match;
    private final TargetTable before;
    private final TargetTable after;

    TableTranslation(ColumnMatch match, TargetTable before, TargetTable after) {
        this.match = match;
        this.before = before;
        this.after = after;
    }

    /** Drops first, so that names are free; then renames, types, and what comes. */
    List<TargetChange> changes() {
        requireSameKey();
        List<TargetChange> drops = new ArrayList<>();
        List<TargetChange> renames = new ArrayList<>();
        List<TargetChange> types = new ArrayList<>();
        List<TargetChange> adds = new ArrayList<>();
        match.dropped().forEach(name -> ofSource(before, name)
                .ifPresent(column -> drops.add(new TargetChange.DropColumn(before.name(), column.name()))));
        match.kept().forEach((was, is) -> kept(was, is, renames, types));
        match.added().forEach((name, definition) -> ofSource(after, name)
                .ifPresent(column -> adds.add(new TargetChange.AddColumn(
                        after, column.name(), FilledDefault.of(source(after, name), definition)))));
        List<TargetChange> all = new ArrayList<>(drops);
        all.addAll(renames);
        all.addAll(types);
        all.addAll(adds);
        return all;
    }

    private void kept(String was, String is, List<TargetChange> renames, List<TargetChange> types) {
        Optional<TargetColumn> then = ofSource(before, was);
        Optional<TargetColumn> now = ofSource(after, is);
        if (then.isPresent() != now.isPresent()) {
            throw refused("whether the source computes a column changes", is);
        }
        if (then.isEmpty()) {
            return; // it is not written
        }
        if (!then.get().name().equals(now.get().name())) {
            renames.add(new TargetChange.RenameColumn(
                    before.name(), then.get().name(), now.get().name()));
        }
        Column old = source(before, was);
        Column changed = source(after, is);
        if (!Retype.isFaithful(old, changed)) {
            throw refused(
                    "values that are there would become others than at the source: before=" + old.sourceType()
                            + ", type=" + changed.sourceType(),
                    is);
        }
        boolean isOther = !then.get().sqlType().equals(now.get().sqlType());
        boolean isWider = now.get().nullable() && !then.get().nullable();
        if (isOther || isWider) {
            types.add(new TargetChange.RetypeColumn(after, now.get().name()));
        }
    }

    /** Rows are told apart by it, here and at the target. */
    private void requireSameKey() {
        List<String> then = names(before.source()).stream()
                .map(name -> match.kept().getOrDefault(name, ""))
                .toList();
        if (!then.equals(names(after.source()))) {
            throw StatementTranslation.refusal("table=" + after.source().table() + ", reason=the key changes: key="
                    + names(after.source()) + ", before=" + names(before.source()));
        }
    }

    private static List<String> names(TableSchema schema) {
        return schema.key().stream().map(i -> schema.columns().get(i).name()).toList();
    }

    private MillraceException refused(String why, String column) {
        return StatementTranslation.refusal(
                "table=" + after.source().table() + ", column=" + column + ", reason=" + why);
    }

    private static Column source(TargetTable table, String name) {
        return table.source().columns().get(table.source().indexOf(name));
    }

    private static Optional<TargetColumn> ofSource(TargetTable table, String name) {
        int place = table.source().indexOf(name);
        return table.columns().stream()
                .filter(column -> column.sourceColumn() == place)
                .findFirst();
    }
}
