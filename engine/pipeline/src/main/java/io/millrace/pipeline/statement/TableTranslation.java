package io.millrace.pipeline.statement;

import io.millrace.ddl.DdlKind;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What becomes of a table by a statement: its rows are as the statement leaves them, and the target sees of it what the task's policies
 * carry out. What they do not leaves its trace in the lineage: a column that was added has no counterpart, one that was renamed or
 * retyped feeds the one that it was, one that was dropped feeds nothing. Pure. One instance a table.
 */
final class TableTranslation {
    private static final Pattern NUMBERED = Pattern.compile("(.+)_([0-9]{1,4})");

    private final ColumnMatch match;
    private final FollowedTable before;
    private final TableSchema then;
    private final TableSchema after;
    private final Predicate<DdlKind> isCarriedOut;
    private final BiPredicate<String, String> isAgreed;
    private final boolean isLenient;
    private final List<Column> seen = new ArrayList<>();
    private final List<Integer> places = new ArrayList<>();
    /** For each column that the target sees, where it stood before; -1 for one that comes. */
    private final List<Integer> origins = new ArrayList<>();

    private final List<String> droppedFromSight = new ArrayList<>();
    private final List<String> unfed = new ArrayList<>();
    /** Columns that the target sees under other names: old to new. */
    private final Map<String, String> renamed = new LinkedHashMap<>();
    /** Columns that the source computes of now on, or that it computes by what may be another expression: of rows that are there, too. */
    private final List<String> recomputed = new ArrayList<>();

    /** Columns with another type, of which what is computed of them may be another value, of rows that are there, too. */
    private final List<String> bases = new ArrayList<>();
    /** Columns whose values would be changed by the type that they had, which stays. */
    private final List<String> changed = new ArrayList<>();
    /** Columns that come beside one that stays: name to the one whose values they begin with, or to none. */
    private final Map<String, Optional<String>> beside = new LinkedHashMap<>();

    /**
     * Of a table.
     *
     * @param then its rows before the statement, as the statement's own reader has them
     * @param after its rows behind it
     * @param isAgreed whether a column that the target sees under a name may have another one there: what feeds it has that one in all tables
     * @param isLenient whether columns of the target stay, whatever becomes of them
     */
    TableTranslation(
            ColumnMatch match,
            FollowedTable before,
            TableSchema then,
            TableSchema after,
            Predicate<DdlKind> isCarriedOut,
            BiPredicate<String, String> isAgreed,
            boolean isLenient) {
        this.match = match;
        this.before = before;
        this.then = then;
        this.after = after;
        this.isCarriedOut = isCarriedOut;
        this.isAgreed = isAgreed;
        this.isLenient = isLenient;
        requireSameKey();
        for (int i = 0; i < before.seen().columns().size(); i++) {
            follow(i);
        }
        if (!match.added().isEmpty() && isCarriedOut.test(DdlKind.ADD_COLUMN)) {
            match.added()
                    .keySet()
                    .forEach(name -> see(after.columns().get(after.indexOf(name)), after.indexOf(name), -1));
        }
    }

    private void follow(int i) {
        Column was = before.seen().columns().get(i);
        Column row = then.columns().get(before.places().get(i));
        if (match.dropped().contains(row.name())) {
            boolean isDropped = isCarriedOut.test(DdlKind.DROP_COLUMN) && !isLenient;
            (isDropped ? droppedFromSight : unfed).add(was.name());
            return;
        }
        String name = match.kept().get(row.name());
        int place = after.indexOf(name);
        Column now = after.columns().get(place);
        boolean isRenamed =
                !name.equals(row.name()) && isCarriedOut.test(DdlKind.RENAME_COLUMN) && isAgreed.test(was.name(), name);
        boolean isRetyped = !Retype.isSame(row, now);
        boolean isFollowed = !isRetyped || isCarriedOut.test(DdlKind.ALTER_COLUMN_TYPE);
        boolean isFaithful = !isRetyped || !isFollowed || Retype.isFaithful(was, now);
        boolean isKey = then.key().contains(before.places().get(i));
        boolean isRecomputed =
                now.generated() && (!row.generated() || match.redefined().contains(name));
        if (isRecomputed && isCarriedOut.test(DdlKind.ALTER_COLUMN_TYPE)) {
            recomputed.add(name);
        } else if (isRetyped && isFollowed && !now.generated() && !Retype.isSameComputedOf(row, now)) {
            bases.add(name);
        }
        if (isLenient && !isKey && (isRenamed || !isFaithful)) {
            unfed.add(was.name());
            Column typed = isRetyped && isFollowed ? now : was;
            Column next = typed.named(isRenamed ? name : further(was.name())).nullable(true);
            see(next, place, -1);
            beside.put(next.name(), Optional.of(was.name()).filter(from -> isFaithful));
            return;
        }
        if (!isFaithful) {
            throw refused(
                    "values that are there would become others than at the source: before=" + was.sourceType()
                            + ", type=" + now.sourceType(),
                    name);
        }
        // Where an earlier type is still the target's, one that says nothing new changes nothing.
        Column typed = isRetyped && isFollowed ? now : was;
        if (isRetyped && !isFollowed && !Retype.isLoud(now, was)) {
            changed.add(name);
        }
        // By its key a table stays what it is: under the name that it has.
        see(typed.named(isRenamed && !isLenient ? name : was.name()).generated(now.generated()), place, i);
        if (isRenamed && !isLenient) {
            renamed.put(was.name(), name);
        }
    }

    /** The name with a number that it has not had. */
    private static String further(String name) {
        Matcher numbered = NUMBERED.matcher(name);
        return numbered.matches() ? numbered.group(1) + "_" + (Integer.parseInt(numbered.group(2)) + 1) : name + "_2";
    }

    private void see(Column column, int place, int origin) {
        if (seen.stream().anyMatch(other -> other.name().equals(column.name()))) {
            throw refused("the target's column of that name is fed by another one", column.name());
        }
        seen.add(column);
        places.add(place);
        origins.add(origin);
    }

    /** Columns that the target sees under other names behind the statement: old to new. */
    Map<String, String> renamed() {
        return Map.copyOf(renamed);
    }

    /** Columns whose next values the target would round or cut without a word, because their types stay there. */
    List<String> changed() {
        return List.copyOf(changed);
    }

    /** The table behind the statement. */
    FollowedTable next() {
        List<Integer> key = new ArrayList<>();
        for (int position : after.key()) {
            key.add(places.indexOf(position));
        }
        return new FollowedTable(after, new TableSchema(before.seen().table(), 0, seen, key), places);
    }

    /**
     * What the target's table must undergo: drops first, so that names are free; then renames, types, and what comes.
     *
     * @param planner what a table is at the target, as the target sees it
     */
    List<TargetChange> changes(Function<TableSchema, TargetTable> planner) {
        TargetTable was = planner.apply(before.seen());
        TargetTable now = planner.apply(next().seen());
        List<TargetChange> drops = new ArrayList<>();
        List<TargetChange> renames = new ArrayList<>();
        List<TargetChange> types = new ArrayList<>();
        List<TargetChange> adds = new ArrayList<>();
        List<TargetChange> copies = new ArrayList<>();
        requireSameComputed(now);
        for (String name : droppedFromSight) {
            of(was, before.seen().indexOf(name))
                    .ifPresent(column -> drops.add(new TargetChange.DropColumn(was.name(), column.name())));
        }
        for (String name : unfed) {
            of(was, before.seen().indexOf(name))
                    .filter(column -> !column.nullable())
                    .ifPresent(column -> types.add(new TargetChange.AllowNull(was, column.name())));
        }
        for (int i = 0; i < seen.size(); i++) {
            Optional<TargetColumn> column = of(now, i);
            if (origins.get(i) >= 0) {
                kept(was, now, origins.get(i), i, renames, types);
            } else if (column.isPresent()) {
                Column source = seen.get(i);
                boolean isBeside = beside.containsKey(source.name());
                String name = column.get().name();
                adds.add(new TargetChange.AddColumn(
                        now,
                        name,
                        isBeside
                                ? Optional.empty()
                                : FilledDefault.of(source, match.added().get(source.name()))));
                beside.getOrDefault(source.name(), Optional.empty())
                        .flatMap(from -> of(was, before.seen().indexOf(from)))
                        .ifPresent(from -> copies.add(new TargetChange.CopyColumn(was.name(), from.name(), name)));
            }
        }
        List<TargetChange> all = new ArrayList<>(drops);
        all.addAll(renames);
        all.addAll(types);
        all.addAll(adds);
        all.addAll(copies);
        return all;
    }

    private void kept(
            TargetTable table,
            TargetTable now,
            int origin,
            int place,
            List<TargetChange> renames,
            List<TargetChange> types) {
        Optional<TargetColumn> was = of(table, origin);
        Optional<TargetColumn> is = of(now, place);
        if (was.isPresent() != is.isPresent()) {
            throw refused(
                    "whether the target computes a column changes",
                    seen.get(place).name());
        }
        if (was.isEmpty()) {
            return; // it is not written
        }
        if (!was.get().name().equals(is.get().name())) {
            renames.add(new TargetChange.RenameColumn(
                    table.name(), was.get().name(), is.get().name()));
        }
        boolean isRelabelled = is.get().hasLabels()
                && !before.seen()
                        .columns()
                        .get(origin)
                        .members()
                        .equals(seen.get(place).members());
        boolean isOther = isRelabelled || !was.get().sqlType().equals(is.get().sqlType());
        boolean isWider = is.get().nullable() && !was.get().nullable();
        if (isOther || isWider) {
            types.add(new TargetChange.RetypeColumn(now, is.get().name()));
        }
    }

    /** No row event tells of a value that is computed anew. */
    private void requireSameComputed(TargetTable now) {
        for (int i = 0; i < seen.size(); i++) {
            Column column = seen.get(i);
            if (origins.get(i) < 0 || of(now, i).isEmpty()) {
                continue;
            }
            String name = after.columns().get(places.get(i)).name();
            if (recomputed.contains(name)) {
                throw refused("the source may compute it otherwise in rows that are there", name);
            }
            if (column.generated() && !bases.isEmpty()) {
                throw refused("what it is computed of may have another type: columns=" + bases, name);
            }
        }
    }

    /** Rows are told apart by it, here and at the target. */
    private void requireSameKey() {
        List<String> key = names(before.rows()).stream()
                .map(name -> match.kept().getOrDefault(name, ""))
                .toList();
        if (!key.equals(names(after))) {
            throw StatementTranslation.refusal("table=" + after.table() + ", reason=the key changes: key="
                    + names(after) + ", before=" + names(before.rows()));
        }
    }

    private static List<String> names(TableSchema schema) {
        return schema.key().stream().map(i -> schema.columns().get(i).name()).toList();
    }

    private MillraceException refused(String why, String column) {
        return StatementTranslation.refusal("table=" + after.table() + ", column=" + column + ", reason=" + why);
    }

    private static Optional<TargetColumn> of(TargetTable table, int place) {
        return table.columns().stream()
                .filter(column -> column.sourceColumn() == place)
                .findFirst();
    }
}
