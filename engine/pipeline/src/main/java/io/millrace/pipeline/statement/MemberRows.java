package io.millrace.pipeline.statement;

import io.millrace.schema.TableId;
import io.millrace.task.TaskSpec;
import io.millrace.transform.AddedKeys;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How rows of one of several tables with one target are told from those of the others there: by texts that {@code mapping.add} puts into the target's
 * key. Every row that is there has them, since it is written and found by its key. Pure.
 */
final class MemberRows {
    /** What no collation takes for another one's, but for its case. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.-]+");

    private MemberRows() {}

    /** Columns of the target and what rows of the table have in them; empty where that does not tell them from rows of each of the others. */
    static Optional<Map<String, String>> of(TaskSpec task, TableId table, Collection<TableId> others, TableId target) {
        Map<String, String> own = AddedKeys.of(task, table, target);
        return others.stream().allMatch(other -> areApart(own, AddedKeys.of(task, other, target)))
                ? Optional.of(own)
                : Optional.empty();
    }

    private static boolean areApart(Map<String, String> own, Map<String, String> theirs) {
        return own.entrySet().stream().anyMatch(each -> areApart(each.getValue(), theirs.get(each.getKey())));
    }

    private static boolean areApart(String one, String other) {
        return other != null
                && PLAIN.matcher(one).matches()
                && PLAIN.matcher(other).matches()
                && !one.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT));
    }
}
