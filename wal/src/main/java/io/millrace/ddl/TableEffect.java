package io.millrace.ddl;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.Optional;

/**
 * What became of one selected table by a statement. A statement that touches several tables has one effect for each.
 *
 * @param before the table's shape before; empty where there was no table, or where its shape is not known for certain
 * @param after its shape after; empty where it is gone, or not known
 * @param movesRows whether rows may have come, gone or changed with it although no row event tells
 */
public record TableEffect(
        Kind kind, TableId table, Optional<TableSchema> before, Optional<TableSchema> after, boolean movesRows) {
    /** What happened. */
    public enum Kind {
        CREATED,
        ALTERED,
        DROPPED,
        TRUNCATED,
        /** It has another name now, which is an effect of its own where that is selected too. */
        RENAMED_AWAY,
        /** Another table took this name. */
        RENAMED_HERE,
        /** Two tables changed names: the one that now has this name may hold other rows. */
        SWAPPED,
        /** gh-ost or pt-online-schema-change put an altered copy in the table's place: one ALTER of it. */
        RESHAPED,
        /** The statement could not be read, and names the table. */
        UNKNOWN
    }

    /**
     * Whether rows as they were carried before are right after it too, so that nothing has to be done at a target: same columns,
     * same key, nothing moved. By their names alone: {@link DdlEvent#leavesRowsAlone(TableEffect)} knows which columns they are.
     */
    public boolean leavesRowsAlone() {
        boolean isAltered = kind == Kind.ALTERED || kind == Kind.RESHAPED;
        if (!isAltered || movesRows || before.isEmpty() || after.isEmpty()) {
            return false;
        }
        TableSchema then = before.get();
        TableSchema now = after.get();
        if (!then.key().equals(now.key())
                || then.columns().size() != now.columns().size()) {
            return false;
        }
        boolean isComputed = now.columns().stream().anyMatch(Column::generated);
        for (int i = 0; i < then.columns().size(); i++) {
            if (!isSame(
                    then.columns().get(i),
                    now.columns().get(i),
                    isComputed || now.key().contains(i))) {
                return false;
            }
        }
        return true;
    }

    /** @param isJudged whether the source does more with the text than keep it */
    private static boolean isSame(Column then, Column now, boolean isJudged) {
        boolean isLabelled = then.type() == ColumnType.ENUM || then.type() == ColumnType.SET;
        return then.name().equals(now.name())
                && then.type() == now.type()
                && then.nullable() == now.nullable()
                && then.length() == now.length()
                && then.scale() == now.scale()
                && then.generated() == now.generated()
                && (isLabelled
                        ? now.members().containsAll(then.members())
                        : then.members().equals(now.members()))
                // A key's order and equality follow its collation, so does what is computed, and narrower character
                // sets lose text.
                && (then.collation().equals(now.collation()) || (!isJudged && now.holdsTextOf(then)));
    }
}
