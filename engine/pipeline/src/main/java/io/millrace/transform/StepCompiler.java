package io.millrace.transform;

import com.google.re2j.Pattern;
import io.millrace.error.ErrorCode;
import io.millrace.expression.Assignment;
import io.millrace.expression.Expression;
import io.millrace.expression.InvalidExpressionException;
import io.millrace.expression.value.ValueType;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import io.millrace.task.TransformStep;
import io.millrace.transform.mask.DateMask;
import io.millrace.transform.mask.FpeMask;
import io.millrace.transform.mask.HashMask;
import io.millrace.transform.mask.Masked;
import io.millrace.transform.mask.TextMask;
import io.millrace.transform.row.Stage;
import io.millrace.transform.step.ColumnStep;
import io.millrace.transform.step.ComputedStep;
import io.millrace.transform.step.Constant;
import io.millrace.transform.step.RegexStep;
import io.millrace.transform.step.ReplaceStep;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Items of {@code transforms:} to stages of one table, by the shape that it has by then. Confined to one thread. */
final class StepCompiler {
    private final EffectiveShape shape;
    private final Set<String> unsent;
    private final BiConsumer<ErrorCode, String> problems;

    /** @param unsent names of columns whose value an update's new row may lack */
    StepCompiler(EffectiveShape shape, Set<String> unsent, BiConsumer<ErrorCode, String> problems) {
        this.shape = shape;
        this.unsent = new TreeSet<>(unsent);
        this.problems = problems;
    }

    /** Empty where the step changes nothing of the table, or cannot. */
    Optional<Stage> compile(TransformStep step) {
        if (step instanceof TransformStep.Filter filter) {
            return filter(filter);
        }
        if (step instanceof TransformStep.SetColumns set) {
            return set(set);
        }
        if (step instanceof TransformStep.Custom custom) {
            return custom(custom);
        }
        if (step instanceof TransformStep.Replace replace) {
            return columns(step, replace.columns(), (index, column) -> replacing(replace, column));
        }
        TransformStep.Mask mask = (TransformStep.Mask) step;
        return columns(step, mask.columns(), (index, column) -> masking(mask, index, column));
    }

    /** As it is called in a task file. */
    static String name(TransformStep step) {
        if (step instanceof TransformStep.Filter) {
            return "filter";
        }
        if (step instanceof TransformStep.Replace) {
            return "replace";
        }
        if (step instanceof TransformStep.Custom) {
            return "custom";
        }
        return step instanceof TransformStep.Mask ? "mask" : "set";
    }

    private Optional<Stage> filter(TransformStep.Filter filter) {
        TableSchema schema = shape.schema();
        Expression where;
        try {
            where = Expression.condition(filter.where(), schema);
        } catch (InvalidExpressionException e) {
            e.problems().forEach(problem -> invalid(problem, "transforms.filter.where"));
            return Optional.empty();
        }
        List<String> mayLack = where.columns().stream()
                .map(index -> schema.columns().get(index).name())
                .filter(unsent::contains)
                .sorted()
                .toList();
        if (!mayLack.isEmpty()) {
            problems.accept(
                    ErrorCode.PARTIAL_IMAGE,
                    "a filter looks at what the source may leave unsent: key=transforms.filter.where, columns="
                            + mayLack);
            return Optional.empty();
        }
        return Optional.of(new Stage.Filter(where));
    }

    private Optional<Stage> custom(TransformStep.Custom custom) {
        try {
            return Optional.of(CustomCompiler.of(custom, shape));
        } catch (IllegalArgumentException e) {
            invalid(String.valueOf(e.getMessage()), "transforms.custom");
            return Optional.empty();
        }
    }

    private Optional<Stage> set(TransformStep.SetColumns set) {
        TableSchema schema = shape.schema();
        List<Stage.PassColumn> columns = new ArrayList<>();
        set.columns().forEach((name, text) -> {
            try {
                Expression expression = Expression.of(text, schema);
                int known = shape.indexOf(name);
                if (known >= 0 && shape.isKey(known)) {
                    KeySteps.require(known, expression);
                }
                int index = known >= 0 ? known : shape.add(added(name, expression), false);
                Column old = shape.column(index);
                Column column =
                        expression.castColumn(old.name(), old.nullable()).orElse(old);
                Assignment.requireFitting(expression, column);
                shape.replace(index, column);
                columns.add(new Stage.PassColumn(
                        index, expression.columns(), () -> new ComputedStep(Assignment.of(expression, column))));
                if (expression.columns().stream()
                        .anyMatch(each ->
                                unsent.contains(schema.columns().get(each).name()))) {
                    unsent.add(column.name());
                }
            } catch (InvalidExpressionException e) {
                e.problems().forEach(problem -> invalid(problem, "transforms.set.columns." + name));
            } catch (IllegalArgumentException e) {
                invalid(e.getMessage(), "transforms.set.columns." + name);
            }
        });
        return columns.isEmpty() ? Optional.empty() : Optional.of(new Stage.Pass(schema, columns));
    }

    private static Column added(String name, Expression expression) {
        return expression.castColumn(name, true).orElseGet(() -> Assignment.columnOf(name, expression));
    }

    private interface ColumnCompiler {
        Supplier<ColumnStep> compile(int index, Column column);
    }

    /** Columns that the table does not have are passed over: a step may be for many tables. */
    private Optional<Stage> columns(TransformStep step, List<String> names, ColumnCompiler compiler) {
        TableSchema input = shape.schema();
        List<Stage.PassColumn> columns = new ArrayList<>();
        for (String name : names) {
            int index = shape.indexOf(name);
            if (index < 0) {
                continue;
            }
            try {
                if (shape.isKey(index)) {
                    KeySteps.require(step);
                }
                columns.add(new Stage.PassColumn(index, Set.of(index), compiler.compile(index, shape.column(index))));
            } catch (IllegalArgumentException e) {
                invalid(e.getMessage(), "transforms." + name(step) + ".columns." + name);
            }
        }
        return columns.isEmpty() ? Optional.empty() : Optional.of(new Stage.Pass(input, columns));
    }

    private static Supplier<ColumnStep> replacing(TransformStep.Replace replace, Column column) {
        requireText(column);
        if (!replace.isRegex() && replace.isCaseSensitive()) {
            ColumnStep step = new ReplaceStep(
                    replace.from().getBytes(StandardCharsets.UTF_8),
                    replace.to().getBytes(StandardCharsets.UTF_8));
            return () -> step;
        }
        Pattern pattern = RegexStep.compile(replace.from(), replace.to(), replace.isRegex(), replace.isCaseSensitive());
        String to = replace.isRegex() ? replace.to() : RegexStep.literal(replace.to());
        return () -> new RegexStep(pattern, to);
    }

    private Supplier<ColumnStep> masking(TransformStep.Mask mask, int index, Column column) {
        switch (mask.with()) {
            case KEEP -> {
                requireText(column);
                return () -> new TextMask.Keep(mask.first(), mask.last());
            }
            case EMAIL -> {
                requireText(column);
                return TextMask.Email::new;
            }
            case DIGITS -> {
                requireText(column);
                return TextMask.Digits::new;
            }
            case FIXED -> {
                ColumnStep step = new Masked(Constant.of(mask.value(), column));
                return () -> step;
            }
            case NULLIFY -> {
                if (!column.nullable()) {
                    throw new IllegalArgumentException("the column is not nullable");
                }
                return () -> new Masked(null);
            }
            case TRUNCATE_DATE -> {
                if (!DateMask.isOf(column.type())) {
                    throw new IllegalArgumentException(
                            "the column is no date and no time: type=" + column.sourceType());
                }
                return () -> new DateMask(column.type(), mask.unit());
            }
            case FPE -> {
                requireText(column);
                return () -> new FpeMask(column.name(), mask.key());
            }
            case HASH -> {
                return hashing(mask, index, column);
            }
        }
        throw new IllegalStateException("a mask without steps: " + mask.with());
    }

    /** The column is text from here on. */
    private Supplier<ColumnStep> hashing(TransformStep.Mask mask, int index, Column column) {
        boolean isWhole = column.type() == ColumnType.INTEGER || column.type() == ColumnType.UNSIGNED;
        boolean isBytes = switch (column.type()) {
            case TEXT, BINARY, DECIMAL, UUID, ENUM -> true;
            default -> false;
        };
        if (!isWhole && !isBytes) {
            throw new IllegalArgumentException("values of this type have no hash: type=" + column.sourceType()
                    + ", expected=text, bytes, a number or uuid");
        }
        shape.replace(index, ValueType.column(column.name(), "varchar(" + HashMask.LENGTH + ")", column.nullable()));
        return () -> new HashMask(mask.key(), isWhole, column.type() == ColumnType.UNSIGNED);
    }

    private static void requireText(Column column) {
        if (column.type() != ColumnType.TEXT) {
            throw new IllegalArgumentException("the column is no text: type=" + column.sourceType());
        }
    }

    private void invalid(String problem, String key) {
        problems.accept(ErrorCode.INVALID_VALUE, TransformCompiler.withKey(problem, key));
    }
}
