package io.millrace.reader.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.row.Operation;
import io.millrace.schema.TableId;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * For which rows no action of a foreign key ran, because their session had foreign_key_checks=0.
 *
 * <p>The events of such a session carry a flag. A server that logs its actions sets it on the rows that an action changed, too, and
 * a further flag on all of its events: there only the last event of a statement, which holds rows of the statement's own, tells who
 * it was; but a table that refers to itself has its own and its actions' rows in one event, and the writer looks which children
 * would be left. Rows of earlier events are taken for an action's, whose children are told as well; where the last event says that they
 * were none, and somebody at the target might act on them, the task stops before their transaction ends.
 *
 * <p>Hot path: allocates nothing but where a statement's marked rows fill several events. Confined to the stream's thread.
 */
final class KeyRest {
    private static final int STATEMENT_END = 1;
    /** NO_FOREIGN_KEY_CHECKS_F. */
    private static final int NO_FOREIGN_KEY_CHECKS = 2;
    /** Set by servers whose SQL layer runs the actions, MySQL from 9.6 on (innodb_native_foreign_keys=OFF). */
    private static final int ACTIONS_ARE_LOGGED = 16;

    private final Predicate<TableId> isActionParent;
    private final EventPlace place;
    private final Set<TableId> doubtful = new HashSet<>();

    /**
     * @param isActionParent whether children of the task may be changed when a row of the table is removed or gets another key
     */
    KeyRest(Predicate<TableId> isActionParent, EventPlace place) {
        this.isActionParent = isActionParent;
        this.place = place;
    }

    /** A statement was cut off. */
    void clear() {
        doubtful.clear();
    }

    /** Whether the rows of an event are marked as such for which no action ran; before {@link #ofTable}. */
    boolean haveRested(int flags) {
        boolean isMarked = (flags & NO_FOREIGN_KEY_CHECKS) != 0;
        if ((flags & ACTIONS_ARE_LOGGED) == 0) {
            return isMarked;
        }
        if ((flags & STATEMENT_END) == 0) {
            return false;
        }
        if (isMarked) {
            requireNoActor();
        }
        doubtful.clear();
        return isMarked;
    }

    /** The selected table that an event's rows belong to. */
    void ofTable(int flags, TableId table, Operation operation) {
        int which = NO_FOREIGN_KEY_CHECKS | ACTIONS_ARE_LOGGED | STATEMENT_END;
        if ((flags & which) == (NO_FOREIGN_KEY_CHECKS | ACTIONS_ARE_LOGGED) && operation.hasBefore()) {
            doubtful.add(table);
        }
    }

    private void requireNoActor() {
        for (TableId table : doubtful) {
            if (isActionParent.test(table)) {
                throw new MillraceException(
                        ErrorCode.KEYS_RESTED,
                        "a session with foreign_key_checks=0 changed many parents in one statement, whose children the"
                                + " target would change: parent=" + table + ", " + place.text());
            }
        }
    }
}
