package io.millrace.task.file;

import io.millrace.task.Mapping;
import io.millrace.task.NameCase;
import io.millrace.task.NameRule;
import io.millrace.task.NameTemplate;
import io.millrace.task.TablePattern;
import io.millrace.task.TypeRule;
import io.millrace.task.yaml.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code mapping:}. Confined to one thread. */
final class MappingReader {
    private final Section section;

    MappingReader(Section section) {
        this.section = section;
    }

    Mapping read() {
        Optional<Mapping> schema = section.parsed(
                "schema_name",
                text -> Mapping.DEFAULT.withTemplates(NameTemplate.of(text), Mapping.DEFAULT.tableName()));
        Optional<Mapping> table = section.parsed(
                "table_name",
                text -> Mapping.DEFAULT.withTemplates(Mapping.DEFAULT.schemaName(), NameTemplate.of(text)));
        boolean isLower = section.choice("case").filter("lower"::equals).isPresent();
        return new Mapping(
                rules("rename_schemas"),
                rules("rename_tables"),
                schema.orElse(Mapping.DEFAULT).schemaName(),
                table.orElse(Mapping.DEFAULT).tableName(),
                isLower ? NameCase.LOWER : NameCase.KEEP,
                typeRules());
    }

    private List<TypeRule> typeRules() {
        List<TypeRule> rules = new ArrayList<>();
        for (Section item : section.sections("type_rules")) {
            Optional<String> from = item.text("from");
            Optional<String> to = item.text("to");
            if (from.isPresent() && to.isPresent()) {
                rules.add(new TypeRule(from.get(), to.get()));
            }
        }
        return rules;
    }

    private List<NameRule> rules(String name) {
        List<NameRule> rules = new ArrayList<>();
        for (Section item : section.sections(name)) {
            Optional<String> from =
                    item.parsed("from", text -> TablePattern.compiled(text).pattern());
            Optional<String> to = item.text("to");
            if (from.isPresent() && to.isPresent()) {
                item.parsed("to", text -> NameRule.of(from.get(), text)).ifPresent(rules::add);
            }
        }
        return rules;
    }
}
