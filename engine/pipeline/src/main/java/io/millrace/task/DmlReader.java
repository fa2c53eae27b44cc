package io.millrace.task;

import java.util.Optional;

/** Reads {@code dml:}. Stateless. */
final class DmlReader {
    private DmlReader() {}

    static DmlSpec read(Section section) {
        return new DmlSpec(ignores(section, "insert"), ignores(section, "update"), deletes(section));
    }

    private static Optional<DeletePolicy> deletes(Section section) {
        if (!(section.value("delete").orElse(null) instanceof YamlNode.Entries)) {
            return ignores(section, "delete").map(isIgnored -> isIgnored ? DeletePolicy.IGNORE : DeletePolicy.NORMAL);
        }
        Section below = section.section("delete").orElseThrow();
        Optional<String> column = below.text("logical");
        if (!below.has("logical") && ((YamlNode.Entries) below.node()).entries().isEmpty()) {
            section.error(below.node(), "delete", "a word or a column is expected");
        } else if (column.isPresent() && column.get().isBlank()) {
            below.error(below.at("logical"), "logical", "the name of a column is expected");
            return Optional.empty();
        }
        return column.map(DeletePolicy::logical);
    }

    private static Optional<Boolean> ignores(Section section, String name) {
        if (section.value(name).orElse(null) instanceof YamlNode.Entries) {
            section.section(name); // names what stands in it as not built, or as unknown
            return Optional.empty();
        }
        return section.choice(name).map("ignore"::equals);
    }
}
