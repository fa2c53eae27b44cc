package io.millrace.task.yaml;

import java.util.List;

/**
 * One key of a file: what the reader accepts, the JSON schema validates and the reference explains.
 *
 * @param path its names from the top, joined by dots; {@code []} for the items of a list, {@code *} for a name that the user gives
 * @param defaultText as the user would write it; empty where the key is required or has no default
 * @param values what a CHOICE may be
 * @param laterValues what a CHOICE will be once it is built; refused by name until then
 * @param isBuilt whether it is obeyed; one that is not is refused by name
 */
public record Key(
        String path,
        KeyType type,
        boolean isRequired,
        String defaultText,
        String meaning,
        List<String> values,
        List<String> laterValues,
        boolean isBuilt) {
    public Key {
        values = List.copyOf(values);
        laterValues = List.copyOf(laterValues);
    }

    public static Key required(String path, KeyType type, String meaning) {
        return new Key(path, type, true, "", meaning, List.of(), List.of(), true);
    }

    public static Key optional(String path, KeyType type, String defaultText, String meaning) {
        return new Key(path, type, false, defaultText, meaning, List.of(), List.of(), true);
    }

    public static Key choice(String path, String defaultText, String meaning, String... values) {
        return new Key(path, KeyType.CHOICE, false, defaultText, meaning, List.of(values), List.of(), true);
    }

    public static Key later(String path, String meaning) {
        return new Key(path, KeyType.ANY, false, "", meaning, List.of(), List.of(), false);
    }

    /** The same, with values that are not built yet. */
    public Key andLater(String... more) {
        return new Key(path, type, isRequired, defaultText, meaning, values, List.of(more), isBuilt);
    }

    /** The same, which must be there. */
    public Key asRequired() {
        return new Key(path, type, true, defaultText, meaning, values, laterValues, isBuilt);
    }

    /** The last of its names. */
    public String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** The path of the mapping that it stands in; empty at the top. */
    public String parent() {
        int dot = path.lastIndexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }
}
