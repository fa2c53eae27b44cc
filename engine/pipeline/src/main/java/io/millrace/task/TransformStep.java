package io.millrace.task;

import io.millrace.datasource.Secret;
import io.millrace.plugin.RowTransform;
import io.millrace.schema.TableId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One item of {@code transforms:}. Immutable. */
public sealed interface TransformStep {
    /** By the source's names. */
    List<TablePattern> tables();

    default boolean isOf(TableId table) {
        return tables().stream().anyMatch(pattern -> pattern.matches(table));
    }

    /** Lets rows pass that meet a condition. */
    record Filter(List<TablePattern> tables, String where) implements TransformStep {
        public Filter {
            tables = List.copyOf(tables);
        }
    }

    /**
     * Replaces every occurrence within text.
     *
     * @param isRegex whether {@code from} is a regular expression of RE2, and {@code to} may refer to its groups
     */
    record Replace(
            List<TablePattern> tables,
            List<String> columns,
            String from,
            String to,
            boolean isRegex,
            boolean isCaseSensitive)
            implements TransformStep {
        public Replace {
            tables = List.copyOf(tables);
            columns = List.copyOf(columns);
        }
    }

    /** Ways to hide a value. */
    enum MaskMethod {
        HASH,
        KEEP,
        FIXED,
        NULLIFY,
        EMAIL,
        DIGITS,
        TRUNCATE_DATE,
        FPE
    }

    /** To what a date is cut. */
    enum DateUnit {
        YEAR,
        MONTH,
        DAY,
        HOUR
    }

    /**
     * Hides values.
     *
     * @param first characters that KEEP leaves at the start
     * @param last characters that KEEP leaves at the end
     * @param value of FIXED
     * @param key of HASH and FPE
     * @param unit of TRUNCATE_DATE
     */
    record Mask(
            List<TablePattern> tables,
            List<String> columns,
            MaskMethod with,
            int first,
            int last,
            String value,
            Secret key,
            DateUnit unit)
            implements TransformStep {
        public Mask {
            tables = List.copyOf(tables);
            columns = List.copyOf(columns);
        }
    }

    /** User code. */
    record Custom(List<TablePattern> tables, RowTransform transform, Map<String, String> options)
            implements TransformStep {
        public Custom {
            tables = List.copyOf(tables);
            options = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(options));
        }
    }

    /** Gives columns, those of the source or new ones, the values of expressions. All see the row as it was before the step. */
    record SetColumns(List<TablePattern> tables, Map<String, String> columns) implements TransformStep {
        public SetColumns {
            tables = List.copyOf(tables);
            columns = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        }
    }
}
