package io.millrace.task.yaml;

import io.millrace.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A mapping of a file, read by the table of its keys: each value gets the type that its key has. What is unknown, not built
 * yet or wrong is added to the findings, and reads as absent. Confined to one thread.
 */
public final class Section {
    private final String path;
    private final String shownPath;
    private final YamlNode node;
    private final List<Key> keys;
    private final Findings findings;
    private final Map<String, YamlNode> values = new HashMap<>();

    /**
     * @param path of this mapping in the table of keys
     * @param shownPath the same as the user sees it, with list indices and names
     */
    public Section(String path, String shownPath, YamlNode node, List<Key> keys, Findings findings) {
        this.path = path;
        this.shownPath = shownPath;
        this.node = node;
        this.keys = keys;
        this.findings = findings;
        if (node instanceof YamlNode.Entries mapping) {
            mapping.entries().forEach(this::accept);
            keys.stream()
                    .filter(key -> key.parent().equals(path) && key.isRequired())
                    .filter(key -> mapping.entries().stream()
                            .noneMatch(entry -> entry.key().text().equals(key.name())))
                    .forEach(key ->
                            findings.error(node, ErrorCode.INVALID_VALUE, "missing key: key=" + shown(key.name())));
        } else {
            findings.error(
                    node,
                    ErrorCode.INVALID_VALUE,
                    "a mapping is expected: key=" + (shownPath.isEmpty() ? "the file itself" : shownPath));
        }
    }

    private void accept(YamlNode.Entry entry) {
        String name = entry.key().text();
        Optional<Key> key = keys.stream()
                .filter(each -> each.parent().equals(path) && each.name().equals(name))
                .findFirst();
        if (key.isEmpty()) {
            List<String> siblings = keys.stream()
                    .filter(each -> each.parent().equals(path))
                    .map(Key::name)
                    .toList();
            String nearest =
                    Nearest.of(name, siblings).map(word -> ", nearest=" + word).orElse("");
            findings.error(entry.key(), ErrorCode.UNKNOWN_KEY, "unknown key: key=" + shown(name) + nearest);
        } else if (!key.get().isBuilt()) {
            findings.error(entry.key(), ErrorCode.NOT_SUPPORTED_YET, "not built yet: key=" + shown(name));
        } else if (entry.value() instanceof YamlNode.Scalar scalar && scalar.isMissing()) {
            findings.error(entry.key(), ErrorCode.INVALID_VALUE, "value is missing: key=" + shown(name));
        } else {
            values.put(name, entry.value());
        }
    }

    private String shown(String name) {
        return shownPath.isEmpty() ? name : shownPath + "." + name;
    }

    private Key key(String name) {
        return keys.stream()
                .filter(each -> each.parent().equals(path) && each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not in the table of keys: key=" + shown(name)));
    }

    public YamlNode node() {
        return node;
    }

    public Optional<YamlNode> value(String name) {
        key(name);
        return Optional.ofNullable(values.get(name));
    }

    public boolean has(String name) {
        return value(name).isPresent();
    }

    /** Where to point for a key: its value, or this mapping. */
    public YamlNode at(String name) {
        return value(name).orElse(node);
    }

    public void error(YamlNode at, String name, String problem) {
        findings.error(
                at, ErrorCode.INVALID_VALUE, problem + (problem.contains(": ") ? ", key=" : ": key=") + shown(name));
    }

    void notBuilt(YamlNode at, String name, String value) {
        findings.error(at, ErrorCode.NOT_SUPPORTED_YET, "not built yet: key=" + shown(name) + ", value=" + value);
    }

    public Optional<YamlNode.Scalar> scalar(String name) {
        Optional<YamlNode> value = value(name);
        if (value.isPresent() && !(value.get() instanceof YamlNode.Scalar)) {
            error(value.get(), name, "text is expected");
            return Optional.empty();
        }
        return value.map(YamlNode.Scalar.class::cast);
    }

    /** Reads a scalar by a parser whose IllegalArgumentException says what is wrong with it. */
    public <T> Optional<T> parsed(String name, java.util.function.Function<String, T> parser) {
        Optional<YamlNode.Scalar> scalar = scalar(name);
        try {
            return scalar.map(YamlNode.Scalar::text).map(parser);
        } catch (IllegalArgumentException e) {
            error(scalar.orElseThrow(), name, e.getMessage());
            return Optional.empty();
        }
    }

    public Optional<String> text(String name) {
        return scalar(name).map(YamlNode.Scalar::text);
    }

    public OptionalLong integer(String name, long least, long most) {
        Optional<YamlNode.Scalar> scalar = scalar(name);
        if (scalar.isEmpty()) {
            return OptionalLong.empty();
        }
        String text = scalar.get().text();
        if (text.matches("[0-9]{1,18}")) {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return OptionalLong.of(value);
            }
        }
        error(scalar.get(), name, "not a whole number from " + least + " to " + most);
        return OptionalLong.empty();
    }

    public OptionalInt count(String name, int most) {
        OptionalLong value = integer(name, 1, most);
        return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
    }

    /** A size of at least this many bytes. */
    public OptionalLong size(String name, long least) {
        Optional<Long> bytes = parsed(name, Units::size);
        if (bytes.isPresent() && bytes.get() < least) {
            error(at(name), name, "too small: least=" + least + " bytes");
            return OptionalLong.empty();
        }
        return bytes.isPresent() ? OptionalLong.of(bytes.get()) : OptionalLong.empty();
    }

    /** A time of at least this much. */
    public Optional<Duration> time(String name, Duration least) {
        Optional<Duration> time = parsed(name, Units::time);
        if (time.isPresent() && time.get().compareTo(least) < 0) {
            error(at(name), name, "too short: least=" + least.toMillis() + "ms");
            return Optional.empty();
        }
        return time;
    }

    /** One of the key's values, as it is written. */
    public Optional<String> choice(String name) {
        Optional<YamlNode.Scalar> scalar = scalar(name);
        if (scalar.isEmpty()) {
            return Optional.empty();
        }
        Key key = key(name);
        String text = scalar.get().text();
        if (key.values().contains(text)) {
            return Optional.of(text);
        }
        if (key.laterValues().contains(text)) {
            notBuilt(scalar.get(), name, text);
        } else {
            List<String> words = new ArrayList<>(key.values());
            words.addAll(key.laterValues());
            error(
                    scalar.get(),
                    name,
                    "unknown value: expected=" + String.join(" | ", key.values())
                            + Nearest.of(text, words)
                                    .map(word -> ", nearest=" + word)
                                    .orElse(""));
        }
        return Optional.empty();
    }

    /** A list of texts that are not empty; absent where one is wrong. */
    public Optional<List<YamlNode.Scalar>> texts(String name) {
        Optional<YamlNode> value = value(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        List<YamlNode.Scalar> texts = new ArrayList<>();
        if (value.get() instanceof YamlNode.Items list) {
            for (YamlNode item : list.items()) {
                if (item instanceof YamlNode.Scalar scalar && !scalar.text().isEmpty()) {
                    texts.add(scalar);
                } else {
                    error(item, name, "text is expected");
                }
            }
        }
        if (texts.isEmpty()) {
            error(value.get(), name, "a list of at least one text is expected");
            return Optional.empty();
        }
        return Optional.of(texts);
    }

    /** Texts by the user's own names, in their order. */
    public Map<String, YamlNode.Scalar> names(String name) {
        Map<String, YamlNode.Scalar> names = new LinkedHashMap<>();
        Optional<YamlNode> value = value(name);
        if (value.isPresent() && !(value.get() instanceof YamlNode.Entries)) {
            error(value.get(), name, "a mapping is expected");
        }
        if (value.orElse(null) instanceof YamlNode.Entries mapping) {
            for (YamlNode.Entry entry : mapping.entries()) {
                if (entry.value() instanceof YamlNode.Scalar text
                        && !text.text().isEmpty()) {
                    names.put(entry.key().text(), text);
                } else {
                    error(
                            entry.key(),
                            name,
                            "text is expected: name=" + entry.key().text());
                }
            }
        }
        return names;
    }

    /** A list of mappings below this one, which the table of keys describes once. */
    public List<Section> sections(String name) {
        return sections(name, findings);
    }

    /** The same; what is wrong in them is told elsewhere. */
    public List<Section> sections(String name, Findings to) {
        Optional<YamlNode> value = value(name);
        if (value.isEmpty()) {
            return List.of();
        }
        if (!(value.get() instanceof YamlNode.Items list) || list.items().isEmpty()) {
            error(value.get(), name, "a list of at least one mapping is expected");
            return List.of();
        }
        String below = (path.isEmpty() ? name : path + "." + name) + "[]";
        List<Section> sections = new ArrayList<>();
        for (YamlNode item : list.items()) {
            sections.add(new Section(below, shown(name) + "[" + sections.size() + "]", item, keys, to));
        }
        return sections;
    }

    /** A mapping below this one. */
    public Optional<Section> section(String name) {
        String below = path.isEmpty() ? name : path + "." + name;
        return value(name).map(value -> new Section(below, shown(name), value, keys, findings));
    }
}
