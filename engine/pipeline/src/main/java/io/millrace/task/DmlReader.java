package io.millrace.task;

import java.util.Optional;

/** Reads {@code dml:}. Stateless. */
final class DmlReader {
    private DmlReader() {}

    static DmlSpec read(Section section) {
        return new DmlSpec(ignores(section, "insert"), ignores(section, "update"), ignores(section, "delete"));
    }

    private static Optional<Boolean> ignores(Section section, String name) {
        if (section.value(name).orElse(null) instanceof YamlNode.Entries) {
            section.section(name); // names what stands in it as not built, or as unknown
            return Optional.empty();
        }
        return section.choice(name).map("ignore"::equals);
    }
}
