package io.millrace.task;

import io.millrace.schema.TableId;
import io.millrace.task.yaml.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A name with variables: <code>pre_${db_table_name_src_transed}_post</code>. <code>$${</code> stands for <code>${</code>
 * itself. Immutable.
 */
public final class NameTemplate {
    private final String text;
    private final List<Part> parts;

    /** Either literal text or a variable. */
    private record Part(String literal, Optional<Variable> variable) {}

    private NameTemplate(String text, List<Part> parts) {
        this.text = text;
        this.parts = parts;
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException for an unknown variable, or one that is not closed; its message names it
     */
    public static NameTemplate of(String text) {
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            if (text.startsWith("$${", i)) {
                literal.append("${");
                i += 3;
            } else if (text.startsWith("${", i)) {
                int close = text.indexOf('}', i);
                if (close < 0) {
                    throw new IllegalArgumentException("variable is not closed: expected=}");
                }
                parts.add(new Part(literal.toString(), Optional.empty()));
                literal.setLength(0);
                parts.add(new Part("", Optional.of(variable(text.substring(i + 2, close)))));
                i = close + 1;
            } else {
                literal.append(text.charAt(i));
                i++;
            }
        }
        parts.add(new Part(literal.toString(), Optional.empty()));
        return new NameTemplate(text, List.copyOf(parts));
    }

    private static Variable variable(String name) {
        return Variable.of(name)
                .orElseThrow(() -> new IllegalArgumentException("unknown variable: variable=" + name + ", nearest="
                        + Nearest.of(
                                        name,
                                        List.of(Variable.values()).stream()
                                                .map(Variable::text)
                                                .toList())
                                .orElse("none")));
    }

    /** The variables that have no value in a table's name: an error where the template names a table. */
    List<Variable> withoutValue(Variable.Names names) {
        return parts.stream()
                .map(Part::variable)
                .flatMap(Optional::stream)
                .filter(variable -> variable.in(names).isEmpty())
                .toList();
    }

    /** The variables in their order. */
    public List<Variable> variables() {
        return parts.stream().map(Part::variable).flatMap(Optional::stream).toList();
    }

    /** The variable of which the template consists and nothing else; empty where there is more, or less. */
    public Optional<Variable> onlyVariable() {
        boolean isOnly = variables().size() == 1
                && parts.stream().allMatch(part -> part.literal().isEmpty());
        return isOnly ? Optional.of(variables().get(0)) : Optional.empty();
    }

    /**
     * Tells the template's parts in their order, in the row of a table.
     *
     * @param renamed the source's names after the renaming rules
     * @param literal takes text that is the same in all rows of the table
     * @param perRow takes what only a row has
     */
    public void visit(
            TableId source,
            TableId renamed,
            String sourceDatasource,
            TableId target,
            String targetDatasource,
            Consumer<String> literal,
            Consumer<Variable> perRow) {
        Variable.Names names = new Variable.Names(
                source, renamed, sourceDatasource, targetDatasource, Optional.of(target.namespace()));
        for (Part part : parts) {
            if (part.variable().isEmpty()) {
                literal.accept(part.literal());
            } else if (part.variable().get() == Variable.TABLE_NAME_DEST) {
                literal.accept(target.name());
            } else {
                part.variable()
                        .get()
                        .in(names)
                        .ifPresentOrElse(
                                literal, () -> perRow.accept(part.variable().get()));
            }
        }
    }

    String fill(Variable.Names names) {
        return parts.stream()
                .map(part -> part.variable()
                        .map(variable -> variable.in(names).orElseThrow())
                        .orElse(part.literal()))
                .collect(Collectors.joining());
    }

    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NameTemplate that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
