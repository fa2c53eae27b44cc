package io.millrace.task.file;

import io.millrace.task.ChangePolicy;
import io.millrace.task.DeletePolicy;
import io.millrace.task.DmlSpec;
import io.millrace.task.yaml.Section;
import io.millrace.task.yaml.YamlNode;
import java.util.Optional;

/** Reads {@code dml:}. Stateless. */
final class DmlReader {
    private DmlReader() {}

    static DmlSpec read(Section section) {
        return new DmlSpec(changes(section, "insert"), changes(section, "update"), deletes(section));
    }

    private static Optional<ChangePolicy> changes(Section section, String name) {
        if (!(section.value(name).orElse(null) instanceof YamlNode.Entries)) {
            return ignores(section, name).map(ChangePolicy::of);
        }
        return mapping(section, name)
                .flatMap(below -> text(below, "filter", "a condition is expected"))
                .map(ChangePolicy::where);
    }

    private static Optional<DeletePolicy> deletes(Section section) {
        if (!(section.value("delete").orElse(null) instanceof YamlNode.Entries)) {
            return ignores(section, "delete").map(isIgnored -> isIgnored ? DeletePolicy.IGNORE : DeletePolicy.NORMAL);
        }
        return mapping(section, "delete").flatMap(DmlReader::deletesBy);
    }

    private static Optional<DeletePolicy> deletesBy(Section below) {
        Optional<String> column = text(below, "logical", "the name of a column is expected");
        Optional<String> filter = text(below, "filter", "a condition is expected");
        if (column.isEmpty() && filter.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                column.map(DeletePolicy::logical).orElse(DeletePolicy.NORMAL).where(filter.orElse("")));
    }

    /** What stands in place of a word; empty where it is empty. */
    private static Optional<Section> mapping(Section section, String name) {
        Section below = section.section(name).orElseThrow();
        if (((YamlNode.Entries) below.node()).entries().isEmpty()) {
            section.error(below.node(), name, "a word or a mapping is expected");
            return Optional.empty();
        }
        return Optional.of(below);
    }

    private static Optional<String> text(Section section, String name, String expected) {
        Optional<String> text = section.text(name);
        if (text.isPresent() && text.get().isBlank()) {
            section.error(section.at(name), name, expected);
            return Optional.empty();
        }
        return text;
    }

    private static Optional<Boolean> ignores(Section section, String name) {
        return section.choice(name).map("ignore"::equals);
    }
}
