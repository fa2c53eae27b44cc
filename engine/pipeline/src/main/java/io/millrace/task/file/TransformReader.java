package io.millrace.task.file;

import io.millrace.datasource.Secret;
import io.millrace.plugin.RowTransform;
import io.millrace.task.TablePattern;
import io.millrace.task.TransformStep;
import io.millrace.task.TransformStep.DateUnit;
import io.millrace.task.TransformStep.MaskMethod;
import io.millrace.task.yaml.Findings;
import io.millrace.task.yaml.SecretReader;
import io.millrace.task.yaml.Section;
import io.millrace.task.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads {@code transforms:}, a list of mappings with one step each. Confined to one thread. */
final class TransformReader {
    private static final List<String> STEPS = List.of("filter", "replace", "mask", "set", "custom");
    private static final int MOST_CHARACTERS = 1_000_000;

    private final Findings findings;
    private final SecretReader secrets;
    private final Map<String, RowTransform> plugins;

    /** @param plugins user code by its name */
    TransformReader(Findings findings, SecretReader secrets, Map<String, RowTransform> plugins) {
        this.plugins = plugins;
        this.findings = findings;
        this.secrets = secrets;
    }

    List<TransformStep> read(Section top) {
        List<TransformStep> steps = new ArrayList<>();
        for (Section item : top.sections("transforms", findings)) {
            List<String> found = STEPS.stream().filter(item::has).toList();
            if (found.size() != 1) {
                item.error(item.node(), "filter", "an item has one of filter, replace, mask, set and custom");
                continue;
            }
            Optional<Section> step = item.section(found.get(0));
            step.flatMap(section -> step(found.get(0), section)).ifPresent(steps::add);
        }
        return steps;
    }

    private Optional<TransformStep> step(String name, Section section) {
        List<TablePattern> tables = AddedColumnReader.patterns(section);
        return switch (name) {
            case "filter" -> section.text("where").map(where -> new TransformStep.Filter(tables, where));
            case "replace" -> replace(section, tables);
            case "mask" -> mask(section, tables);
            case "custom" -> custom(section, tables);
            default -> Optional.of(new TransformStep.SetColumns(tables, expressions(section)));
        };
    }

    private static List<String> columns(Section section) {
        return section.texts("columns").orElse(List.of()).stream()
                .map(YamlNode.Scalar::text)
                .toList();
    }

    private static Optional<TransformStep> replace(Section section, List<TablePattern> tables) {
        List<String> columns = columns(section);
        Optional<String> from = section.text("from");
        if (from.isPresent() && from.get().isEmpty()) {
            section.error(section.at("from"), "from", "text is expected");
            return Optional.empty();
        }
        boolean isRegex = section.choice("regex").map("true"::equals).orElse(false);
        boolean isCaseSensitive =
                section.choice("case_sensitive").map("true"::equals).orElse(true);
        return from.map(text -> new TransformStep.Replace(
                tables, columns, text, section.text("to").orElse(""), isRegex, isCaseSensitive));
    }

    private Optional<TransformStep> custom(Section section, List<TablePattern> tables) {
        Optional<String> name = section.text("name");
        if (name.isPresent() && !plugins.containsKey(name.get())) {
            section.error(
                    section.at("name"),
                    "name",
                    "no such row transform: name=" + name.get() + ", known=" + plugins.keySet());
            return Optional.empty();
        }
        Map<String, String> options = new LinkedHashMap<>();
        section.names("options").forEach((option, text) -> options.put(option, text.text()));
        return name.map(known -> new TransformStep.Custom(tables, plugins.get(known), options));
    }

    private Optional<TransformStep> mask(Section section, List<TablePattern> tables) {
        Optional<MaskMethod> with =
                section.choice("with").map(word -> MaskMethod.valueOf(word.toUpperCase(Locale.ROOT)));
        if (with.isEmpty()) {
            return Optional.empty();
        }
        only(section, with.get(), "first", MaskMethod.KEEP);
        only(section, with.get(), "last", MaskMethod.KEEP);
        only(section, with.get(), "value", MaskMethod.FIXED);
        boolean hasKey = with.get() == MaskMethod.HASH || with.get() == MaskMethod.FPE;
        if (!hasKey) {
            only(section, with.get(), "key", MaskMethod.HASH);
        }
        only(section, with.get(), "unit", MaskMethod.TRUNCATE_DATE);
        need(section, with.get(), "value", MaskMethod.FIXED);
        need(section, with.get(), "key", MaskMethod.HASH);
        need(section, with.get(), "key", MaskMethod.FPE);
        need(section, with.get(), "unit", MaskMethod.TRUNCATE_DATE);
        Secret key = section.scalar("key")
                .map(value -> secrets.read(value, "mask.key"))
                .orElse(Secret.NONE);
        if (hasKey && section.has("key") && key.isEmpty()) {
            section.error(section.at("key"), "key", "a secret is empty, or cannot be read");
        }
        return Optional.of(new TransformStep.Mask(
                tables,
                columns(section),
                with.get(),
                (int) section.integer("first", 0, MOST_CHARACTERS).orElse(0),
                (int) section.integer("last", 0, MOST_CHARACTERS).orElse(0),
                section.text("value").orElse(""),
                key,
                section.choice("unit")
                        .map(word -> DateUnit.valueOf(word.toUpperCase(Locale.ROOT)))
                        .orElse(DateUnit.DAY)));
    }

    private static void only(Section section, MaskMethod with, String key, MaskMethod owner) {
        if (with != owner && section.has(key)) {
            section.error(
                    section.at(key),
                    key,
                    "belongs to another mask: with=" + owner.name().toLowerCase(Locale.ROOT));
        }
    }

    private static void need(Section section, MaskMethod with, String key, MaskMethod owner) {
        if (with == owner && !section.has(key)) {
            section.error(
                    section.node(),
                    key,
                    "missing with this mask: with=" + owner.name().toLowerCase(Locale.ROOT));
        }
    }

    private static Map<String, String> expressions(Section section) {
        Map<String, String> expressions = new LinkedHashMap<>();
        Optional<YamlNode> value = section.value("columns");
        if (value.isPresent() && value.get() instanceof YamlNode.Entries entries) {
            for (YamlNode.Entry entry : entries.entries()) {
                if (entry.value() instanceof YamlNode.Scalar expression && !expression.isMissing()) {
                    expressions.put(entry.key().text(), expression.text());
                } else {
                    section.error(entry.value(), "columns." + entry.key().text(), "an expression is expected");
                }
            }
        }
        if (value.isPresent() && expressions.isEmpty()) {
            section.error(value.get(), "columns", "a mapping of columns to expressions is expected");
        }
        return expressions;
    }
}
