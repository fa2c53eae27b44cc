package io.millrace.task.file;

import io.millrace.ddl.DdlKind;
import io.millrace.task.DdlPolicy;
import io.millrace.task.DdlSpec;
import io.millrace.task.yaml.Section;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Reads {@code ddl:} of a task or of a rule. */
final class DdlSpecReader {
    private DdlSpecReader() {}

    static DdlSpec read(Section section) {
        Map<DdlKind, DdlPolicy> said = new EnumMap<>(DdlKind.class);
        for (DdlKind kind : DdlKind.values()) {
            section.choice(kind.name().toLowerCase(Locale.ROOT))
                    .map(DdlPolicy::parse)
                    .ifPresent(policy -> said.put(kind, policy));
        }
        return new DdlSpec(said);
    }
}
