package io.millrace.task.yaml;

/** The form of a key's value. */
public enum KeyType {
    TEXT("text"),
    INTEGER("whole number"),
    SIZE("size: KiB, MiB or GiB"),
    DURATION("time: ms, s, m, h or d"),
    CHOICE("one of"),
    TEXTS("list of texts"),
    TABLES("list of patterns or rules"),
    /** A list of mappings of further keys. */
    SECTIONS("list of keys below"),
    /** A mapping of the user's own names to texts. */
    NAMES("texts by name"),
    /** A mapping of columns to expressions. */
    EXPRESSIONS("columns with expressions"),
    /** A pattern, or a mapping with {@code regex}. */
    PATTERN("pattern, or regex:"),
    /** A mapping of further keys. */
    SECTION("keys below"),
    /** A name, or a mapping of further keys. */
    NAME_OR_SECTION("name, or keys below"),
    ANY("");

    private final String text;

    KeyType(String text) {
        this.text = text;
    }

    /** As the reference calls it. */
    public String text() {
        return text;
    }
}
