package io.millrace.expression;

import io.millrace.expression.operator.Comparisons;
import io.millrace.expression.operator.Logic;
import io.millrace.expression.operator.TextFunctions;
import io.millrace.expression.value.Truth;
import io.millrace.expression.value.Value;
import java.util.ArrayList;
import java.util.List;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.NotExpression;
import net.sf.jsqlparser.expression.operators.relational.Between;
import net.sf.jsqlparser.expression.operators.relational.InExpression;
import net.sf.jsqlparser.expression.operators.relational.IsBooleanExpression;
import net.sf.jsqlparser.expression.operators.relational.IsNullExpression;
import net.sf.jsqlparser.expression.operators.relational.LikeExpression;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;

/** Conditions that are no operator between two values. Confined to one thread. */
final class Predicates {
    private final ExpressionBuilder builder;

    Predicates(ExpressionBuilder builder) {
        this.builder = builder;
    }

    Value build(Expression tree) {
        if (tree instanceof NotExpression not) {
            builder.requireText(tree, "NOT " + not.getExpression());
            return new Logic.Not(builder.truth(not.getExpression()));
        }
        if (tree instanceof IsNullExpression isNull) {
            builder.requireText(tree, isNull.getLeftExpression() + " IS " + (isNull.isNot() ? "NOT " : "") + "NULL");
            return new Logic.IsNull(builder.build(isNull.getLeftExpression()), isNull.isNot());
        }
        if (tree instanceof IsBooleanExpression is) {
            builder.requireText(
                    tree,
                    is.getLeftExpression() + " IS " + (is.isNot() ? "NOT " : "") + (is.isTrue() ? "TRUE" : "FALSE"));
            return new Logic.Is(builder.truth(is.getLeftExpression()), is.isTrue(), is.isNot());
        }
        if (tree instanceof Between between) {
            builder.requireText(
                    tree,
                    between.getLeftExpression() + not(between.isNot()) + " BETWEEN "
                            + between.getBetweenExpressionStart() + " AND " + between.getBetweenExpressionEnd());
            Truth from = builder.compare(
                    Comparisons.Operator.AT_LEAST,
                    builder.build(between.getLeftExpression()),
                    builder.build(between.getBetweenExpressionStart()));
            Truth to = builder.compare(
                    Comparisons.Operator.AT_MOST,
                    builder.build(between.getLeftExpression()),
                    builder.build(between.getBetweenExpressionEnd()));
            return negated(new Logic.Junction(from, to, true), between.isNot());
        }
        if (tree instanceof InExpression in && in.getRightExpression() instanceof ParenthesedExpressionList<?> list) {
            builder.requireText(tree, in.getLeftExpression() + not(in.isNot()) + " IN " + list);
            List<Truth> any = new ArrayList<>();
            for (Expression each : list) {
                any.add(builder.compare(
                        Comparisons.Operator.EQUAL, builder.build(in.getLeftExpression()), builder.build(each)));
            }
            return negated(new Logic.Any(any), in.isNot());
        }
        if (tree instanceof LikeExpression like) {
            builder.requireText(
                    tree, like.getLeftExpression() + not(like.isNot()) + " LIKE " + like.getRightExpression());
            Truth match = new TextFunctions.Like(
                    builder.text(builder.build(like.getLeftExpression()), "like"),
                    builder.text(builder.build(like.getRightExpression()), "like"));
            return negated(match, like.isNot());
        }
        return builder.unknown(
                "no expression of this kind is known: kind=" + tree.getClass().getSimpleName());
    }

    private static String not(boolean isNot) {
        return isNot ? " NOT" : "";
    }

    private static Truth negated(Truth truth, boolean isNot) {
        return isNot ? new Logic.Not(truth) : truth;
    }
}
