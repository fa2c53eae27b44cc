package io.millrace.task.file;

import io.millrace.schema.TableId;
import io.millrace.task.ColumnRules;
import io.millrace.task.DdlSpec;
import io.millrace.task.DirtyLimit;
import io.millrace.task.DmlSpec;
import io.millrace.task.OnNoKey;
import io.millrace.task.PartitionInterval;
import io.millrace.task.PartitionSpec;
import io.millrace.task.QualifiedName;
import io.millrace.task.TablePattern;
import io.millrace.task.TableRule;
import io.millrace.task.TableRules;
import io.millrace.task.key.TaskKeys;
import io.millrace.task.yaml.Findings;
import io.millrace.task.yaml.Section;
import io.millrace.task.yaml.YamlNode;
import io.millrace.writer.Partitioning;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Reads {@code tables:}: patterns, or rules with one pattern each. Confined to one thread. */
final class TableRuleReader {
    private static final List<String> OF_INCLUDE =
            List.of("key", "on_no_key", "to", "columns", "dml", "dirty", "ddl", "partition");

    private final Findings findings;

    TableRuleReader(Findings findings) {
        this.findings = findings;
    }

    TableRules read(Section top) {
        List<TableRule> rules = new ArrayList<>();
        Optional<YamlNode> value = top.value("tables");
        if (value.isPresent() && value.get() instanceof YamlNode.Items list) {
            int index = 0;
            for (YamlNode item : list.items()) {
                rule(top, item, index).ifPresent(rules::add);
                index++;
            }
            if (list.items().isEmpty()) {
                top.error(list, "tables", "a list of at least one pattern or rule is expected");
            }
        } else if (value.isPresent()) {
            top.error(value.get(), "tables", "a list of patterns or rules is expected");
        }
        return new TableRules(rules);
    }

    private Optional<TableRule> rule(Section top, YamlNode item, int index) {
        if (item instanceof YamlNode.Scalar pattern) {
            try {
                return Optional.of(TableRule.include(TablePattern.of(pattern.text())));
            } catch (IllegalArgumentException e) {
                top.error(pattern, "tables[" + index + "]", e.getMessage());
                return Optional.empty();
            }
        }
        Section rule = new Section("tables[]", "tables[" + index + "]", item, TaskKeys.all(), findings);
        if (!(item instanceof YamlNode.Entries)) {
            return Optional.empty();
        }
        boolean isIncluded = rule.has("include");
        if (isIncluded == rule.has("exclude")) {
            rule.error(item, "include", "a rule has either include or exclude");
            return Optional.empty();
        }
        if (!isIncluded && OF_INCLUDE.stream().anyMatch(rule::has)) {
            rule.error(item, "exclude", String.join(", ", OF_INCLUDE) + " belong to include");
        }
        List<String> key = rule.texts("key").orElse(List.of()).stream()
                .map(YamlNode.Scalar::text)
                .toList();
        if (key.stream().distinct().count() < key.size()) {
            rule.error(rule.at("key"), "key", "a column stands twice");
        }
        OnNoKey onNoKey = rule.choice("on_no_key").map("skip"::equals).orElse(false) ? OnNoKey.SKIP : OnNoKey.ERROR;
        DmlSpec dml = rule.section("dml").map(DmlReader::read).orElse(DmlSpec.UNSAID);
        Optional<TableId> to = rule.parsed("to", QualifiedName::parse);
        ColumnRules columns = rule.section("columns").map(this::columns).orElse(ColumnRules.NONE);
        Optional<DirtyLimit> dirty =
                rule.section("dirty").flatMap(section -> section.parsed("limit", DirtyLimit::parse));
        Optional<DdlSpec> ddl = rule.section("ddl").map(DdlSpecReader::read);
        Optional<PartitionSpec> partition = rule.section("partition").flatMap(TableRuleReader::partition);
        return pattern(rule, isIncluded ? "include" : "exclude")
                .map(pattern ->
                        new TableRule(pattern, isIncluded, key, onNoKey, dml, to, columns, dirty, ddl, partition));
    }

    private static Optional<PartitionSpec> partition(Section section) {
        Optional<PartitionSpec.By> by = section.parsed("by", PartitionSpec.By::parse);
        Optional<PartitionInterval> interval = section.parsed("interval", PartitionInterval::parse);
        OptionalLong ahead = section.integer("ahead", 0, PartitionSpec.MOST_AHEAD);
        OptionalInt count = section.count("count", PartitionSpec.MOST_HASHED);
        if (by.isEmpty()) {
            return Optional.empty();
        }
        boolean isRange = by.get().method() == Partitioning.Method.RANGE;
        for (String name : isRange ? List.of("count") : List.of("interval", "ahead")) {
            if (section.has(name)) {
                section.error(section.at(name), name, "is of the other kind of partitions");
            }
        }
        String wanted = isRange ? "interval" : "count";
        if (!section.has(wanted)) {
            section.error(section.node(), wanted, "missing: by=" + (isRange ? "range" : "hash"));
        }
        if (isRange ? interval.isEmpty() : count.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PartitionSpec(
                by.get().method(),
                by.get().column(),
                isRange ? interval : Optional.empty(),
                isRange ? (int) ahead.orElse(PartitionSpec.DEFAULT_AHEAD) : 0,
                isRange ? 0 : count.getAsInt()));
    }

    private ColumnRules columns(Section section) {
        Map<String, String> rename = texts(section.names("rename"));
        Map<String, String> types = texts(section.names("type"));
        Set<String> drop = new LinkedHashSet<>();
        for (YamlNode.Scalar column : section.texts("drop").orElse(List.of())) {
            drop.add(column.text());
            if (rename.containsKey(column.text()) || types.containsKey(column.text())) {
                section.error(column, "drop", "a column that is dropped has no name or type: column=" + column.text());
            }
        }
        return new ColumnRules(rename, drop, types);
    }

    private static Map<String, String> texts(Map<String, YamlNode.Scalar> scalars) {
        Map<String, String> texts = new LinkedHashMap<>();
        scalars.forEach((name, scalar) -> texts.put(name, scalar.text()));
        return texts;
    }

    private static Optional<TablePattern> pattern(Section rule, String name) {
        if (!(rule.at(name) instanceof YamlNode.Entries)) {
            return rule.parsed(name, TablePattern::of);
        }
        Section section = rule.section(name).orElseThrow();
        if (!section.has("regex")) {
            rule.error(section.node(), name, "a pattern or regex: is expected");
        }
        return section.parsed("regex", TablePattern::regex);
    }
}
