package io.millrace.task.yaml;

import java.util.List;

/** What a YAML file consists of, with the place of each part. Lines and columns count from 1. */
public sealed interface YamlNode {
    int line();

    int column();

    /** A scalar: text until its key gives it a type. */
    record Scalar(String text, boolean isPlain, int line, int column) implements YamlNode {
        /** Whether nothing was written: {@code key:} and no more. */
        public boolean isMissing() {
            return isPlain && text.isEmpty();
        }
    }

    record Items(List<YamlNode> items, int line, int column) implements YamlNode {
        public Items {
            items = List.copyOf(items);
        }
    }

    record Entries(List<Entry> entries, int line, int column) implements YamlNode {
        public Entries {
            entries = List.copyOf(entries);
        }
    }

    record Entry(Scalar key, YamlNode value) {}
}
