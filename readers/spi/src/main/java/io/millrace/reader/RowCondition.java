package io.millrace.reader;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A condition over a table's rows, in the few words that may mean the same to a server and to the engine: true, false or, by SQL's
 * logic of NULL, unknown. Columns are positions in the table. Immutable.
 */
public sealed interface RowCondition {
    /** The condition in SQL. */
    String sql(IntFunction<String> column);

    /** Whether all parts that look at columns are as the predicate says. */
    default boolean allMatch(Predicate<RowCondition> ofColumns) {
        return ofColumns.test(this);
    }

    /** How two whole numbers compare. */
    enum Operator {
        EQUAL("="),
        UNEQUAL("<>"),
        LESS("<"),
        AT_MOST("<="),
        GREATER(">"),
        AT_LEAST(">=");

        private final String sql;

        Operator(String sql) {
            this.sql = sql;
        }

        /** The same with both sides changed about. */
        public Operator turned() {
            return switch (this) {
                case EQUAL, UNEQUAL -> this;
                case LESS -> GREATER;
                case AT_MOST -> AT_LEAST;
                case GREATER -> LESS;
                case AT_LEAST -> AT_MOST;
            };
        }
    }

    /** A column of whole numbers beside a number. */
    record ToNumber(int column, Operator operator, long number) implements RowCondition {
        @Override
        public String sql(IntFunction<String> name) {
            return name.apply(column) + " " + operator.sql + " " + number;
        }
    }

    /** Two columns of whole numbers. */
    record ToColumn(int column, Operator operator, int other) implements RowCondition {
        @Override
        public String sql(IntFunction<String> name) {
            return name.apply(column) + " " + operator.sql + " " + name.apply(other);
        }
    }

    /** Whether a column is NULL. */
    record IsNull(int column) implements RowCondition {
        @Override
        public String sql(IntFunction<String> name) {
            return name.apply(column) + " IS NULL";
        }
    }

    /** A column of truth values. */
    record IsSet(int column) implements RowCondition {
        @Override
        public String sql(IntFunction<String> name) {
            return name.apply(column);
        }
    }

    /** True or false. */
    record Constant(boolean value) implements RowCondition {
        @Override
        public String sql(IntFunction<String> name) {
            return value ? "TRUE" : "FALSE";
        }

        @Override
        public boolean allMatch(Predicate<RowCondition> ofColumns) {
            return true;
        }
    }

    /** Whether another one is just that; never unknown. */
    record Is(RowCondition of, boolean value) implements RowCondition {
        @Override
        public String sql(IntFunction<String> name) {
            return "(" + of.sql(name) + ") IS " + (value ? "TRUE" : "FALSE");
        }

        @Override
        public boolean allMatch(Predicate<RowCondition> ofColumns) {
            return of.allMatch(ofColumns);
        }
    }

    /** The contrary. */
    record Not(RowCondition of) implements RowCondition {
        @Override
        public String sql(IntFunction<String> name) {
            return "NOT (" + of.sql(name) + ")";
        }

        @Override
        public boolean allMatch(Predicate<RowCondition> ofColumns) {
            return of.allMatch(ofColumns);
        }
    }

    /** All of them; at least one. */
    record All(List<RowCondition> of) implements RowCondition {
        public All {
            of = List.copyOf(of);
        }

        @Override
        public String sql(IntFunction<String> name) {
            return joined(of, " AND ", name);
        }

        @Override
        public boolean allMatch(Predicate<RowCondition> ofColumns) {
            return of.stream().allMatch(each -> each.allMatch(ofColumns));
        }
    }

    /** One of them; at least one. */
    record Any(List<RowCondition> of) implements RowCondition {
        public Any {
            of = List.copyOf(of);
        }

        @Override
        public String sql(IntFunction<String> name) {
            return joined(of, " OR ", name);
        }

        @Override
        public boolean allMatch(Predicate<RowCondition> ofColumns) {
            return of.stream().allMatch(each -> each.allMatch(ofColumns));
        }
    }

    private static String joined(List<RowCondition> conditions, String word, IntFunction<String> name) {
        return conditions.stream().map(each -> "(" + each.sql(name) + ")").collect(Collectors.joining(word));
    }
}
