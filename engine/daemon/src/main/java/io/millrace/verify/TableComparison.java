package io.millrace.verify;

import io.millrace.schema.TableId;
import java.util.List;

/**
 * What came of comparing one table.
 *
 * @param sourceRows how many there are
 * @param missing rows at the source alone
 * @param extra rows at the target alone
 * @param different rows on both sides with other values
 * @param samples the first differences in key order
 * @param problem why the table could not be compared, or the empty string
 * @param leftOut the source's names of columns that the task's steps change, and that were not compared
 * @param recomputed likewise of those that the target computes by itself of such columns
 */
public record TableComparison(
        TableId source,
        TableId target,
        long sourceRows,
        long targetRows,
        long missing,
        long extra,
        long different,
        List<Difference> samples,
        String problem,
        List<String> leftOut,
        List<String> recomputed) {
    public TableComparison {
        samples = List.copyOf(samples);
        leftOut = List.copyOf(leftOut);
        recomputed = List.copyOf(recomputed);
    }

    static TableComparison impossible(TableId source, TableId target, String problem) {
        return new TableComparison(source, target, 0, 0, 0, 0, 0, List.of(), problem, List.of(), List.of());
    }

    TableComparison without(List<String> changed, List<String> computed) {
        return new TableComparison(
                source, target, sourceRows, targetRows, missing, extra, different, samples, problem, changed, computed);
    }

    public boolean isEqual() {
        return problem.isEmpty() && missing + extra + different == 0;
    }
}
