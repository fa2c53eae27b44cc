package io.millrace.load;

import io.millrace.row.KeyBound;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What one loader reads and commits at once: a range of one table, the same one of several that share a target, or several tables together,
 * each whole. Immutable.
 *
 * @param tables more than one where they are loaded together
 * @param number of the range in the ledger, by which its tables know it
 * @param lower excluded
 * @param upper included
 * @param version of the view in which it is loading
 * @param isHeld whether lanes have left out nothing of its table since an earlier chunk of it, so that nobody need be asked
 */
record Chunk(
        List<TableProgress> tables,
        int number,
        Optional<KeyBound> lower,
        Optional<KeyBound> upper,
        long version,
        boolean isHeld) {
    TableProgress table() {
        return tables.get(0);
    }

    boolean isGroup() {
        return table().plan().isGrouped();
    }

    /** Whether it joins what other tables have brought. */
    boolean isJoining() {
        return table().isJoining();
    }

    /** Whether its watermark must be just what it shows. */
    boolean isExact() {
        return isGroup() || isJoining();
    }

    /** Whether it takes the place of rows that stand in its range. */
    boolean isReload() {
        return table().isReloading();
    }

    /** The target's tables, children before parents: in that order rows go. */
    List<TargetTable> childrenFirst() {
        List<TargetTable> targets = new ArrayList<>();
        tables.forEach(each -> targets.add(each.plan().target()));
        Collections.reverse(targets);
        return targets;
    }
}
