package io.millrace.task.file;

import io.millrace.task.AddedColumn;
import io.millrace.task.NameTemplate;
import io.millrace.task.TablePattern;
import io.millrace.task.yaml.Findings;
import io.millrace.task.yaml.Section;
import io.millrace.task.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code mapping.add}. Confined to one thread. */
final class AddedColumnReader {
    private final Findings findings;

    AddedColumnReader(Findings findings) {
        this.findings = findings;
    }

    List<AddedColumn> read(Section mapping) {
        List<AddedColumn> columns = new ArrayList<>();
        for (Section section : mapping.sections("add", findings)) {
            Optional<String> name = section.text("name");
            Optional<NameTemplate> value = section.parsed("value", NameTemplate::of);
            boolean isKey = section.choice("key").map("true"::equals).orElse(false);
            List<TablePattern> tables = patterns(section);
            if (name.isPresent() && value.isPresent()) {
                columns.add(new AddedColumn(name.get(), value.get(), section.text("type"), isKey, tables));
            }
        }
        return columns;
    }

    /** Of {@code tables:}, or of every table where it is not said. */
    static List<TablePattern> patterns(Section section) {
        List<TablePattern> patterns = new ArrayList<>();
        for (YamlNode.Scalar text : section.texts("tables").orElse(List.of())) {
            try {
                patterns.add(TablePattern.of(text.text()));
            } catch (IllegalArgumentException e) {
                section.error(text, "tables", e.getMessage());
            }
        }
        return section.has("tables") ? patterns : List.of(TablePattern.of("*"));
    }
}
