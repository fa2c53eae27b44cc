package io.millrace.verify;

import java.util.List;

/** What came of comparing all tables. */
public record Comparison(List<TableComparison> tables) {
    public Comparison {
        tables = List.copyOf(tables);
    }

    public boolean isEqual() {
        return tables.stream().allMatch(TableComparison::isEqual);
    }

    public long rows() {
        return tables.stream().mapToLong(TableComparison::sourceRows).sum();
    }

    public long differences() {
        return tables.stream()
                .mapToLong(table -> table.missing() + table.extra() + table.different())
                .sum();
    }
}
