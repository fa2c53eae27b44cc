package io.millrace.daemon.text;

import io.millrace.task.yaml.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes a JSON schema (draft 2020-12) from a table of keys. An editor reads YAML by its core schema, so a text may come to it
 * as a number or a truth value; keys that are not built are unknown to it.
 */
public final class JsonSchema {
    private static final List<String> SCALARS = List.of("string", "number", "boolean");
    private static final String NUMBER = "^[0-9]{1,15}([.][0-9]{1,9})?\\s*";

    private final List<Key> keys;

    private JsonSchema(List<Key> keys) {
        this.keys = keys.stream().filter(Key::isBuilt).toList();
    }

    public static Map<String, Object> of(String title, List<Key> keys) {
        JsonSchema schema = new JsonSchema(keys);
        Map<String, Object> root = Json.object();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", title);
        boolean isNamed = schema.keys.stream().anyMatch(key -> key.parent().equals("*"));
        if (isNamed) {
            root.put("type", "object");
            Map<String, Object> dataSource = schema.section("*");
            dataSource.put("if", Map.of("properties", Map.of("type", Map.of("const", "file"))));
            dataSource.put("then", Map.of("required", List.of("path")));
            dataSource.put("else", Map.of("required", List.of("user")));
            root.put("additionalProperties", dataSource);
        } else {
            root.putAll(schema.section(""));
        }
        return root;
    }

    private Map<String, Object> section(String path) {
        Map<String, Object> section = Json.object();
        Map<String, Object> properties = Json.object();
        List<String> required = new ArrayList<>();
        for (Key key : keys) {
            if (key.parent().equals(path)) {
                properties.put(key.name(), value(key));
                if (key.isRequired()) {
                    required.add(key.name());
                }
            }
        }
        section.put("type", "object");
        section.put("properties", properties);
        section.put("required", required);
        section.put("additionalProperties", false);
        return section;
    }

    private Map<String, Object> value(Key key) {
        Map<String, Object> value = Json.object();
        value.put("description", description(key));
        switch (key.type()) {
            case TEXT, ANY -> value.put("type", SCALARS);
            case INTEGER -> value.put("type", "integer");
            case SIZE -> value.putAll(pattern(NUMBER + "(KiB|MiB|GiB)$"));
            case DURATION -> value.putAll(pattern(NUMBER + "(ms|s|m|h|d)$"));
            case CHOICE -> value.putAll(choice(key));
            case TEXTS -> value.putAll(list(type(SCALARS)));
            case SECTIONS -> value.putAll(list(section(key.path() + "[]")));
            case EXPRESSIONS -> {
                value.put("type", "object");
                value.put("minProperties", 1);
                value.put("additionalProperties", type(SCALARS));
            }
            case SECTION -> value.putAll(section(key.path()));
            case NAME_OR_SECTION, PATTERN -> value.put("oneOf", List.of(type(SCALARS), section(key.path())));
            case NAMES -> {
                value.put("type", "object");
                value.put("additionalProperties", type(SCALARS));
            }
            case TABLES -> value.putAll(list(Map.of("oneOf", List.of(type(SCALARS), section(key.path() + "[]")))));
        }
        return value;
    }

    /** One of several words, or, where the key has some of its own, a mapping. */
    private Map<String, Object> choice(Key key) {
        Map<String, Object> words = Json.object();
        words.put("enum", choices(key));
        boolean isMappingToo = keys.stream().anyMatch(each -> each.parent().equals(key.path()));
        return isMappingToo ? Map.of("oneOf", List.of(words, section(key.path()))) : words;
    }

    /** A choice that looks like a number, or like a truth value, comes to an editor as one. */
    private static List<Object> choices(Key key) {
        List<Object> choices = new ArrayList<>(key.values());
        key.values().stream()
                .filter(text -> text.matches("[0-9]{1,9}"))
                .forEach(text -> choices.add(Integer.valueOf(text)));
        key.values().stream()
                .filter(text -> text.equals("true") || text.equals("false"))
                .forEach(text -> choices.add(Boolean.valueOf(text)));
        return choices;
    }

    private static String description(Key key) {
        return key.defaultText().isEmpty() ? key.meaning() : key.meaning() + " (default: " + key.defaultText() + ")";
    }

    private static Map<String, Object> type(List<String> types) {
        return Map.of("type", types);
    }

    private static Map<String, Object> pattern(String pattern) {
        Map<String, Object> schema = Json.object();
        schema.put("type", "string");
        schema.put("pattern", pattern);
        return schema;
    }

    private static Map<String, Object> list(Map<String, Object> items) {
        Map<String, Object> schema = Json.object();
        schema.put("type", "array");
        schema.put("minItems", 1);
        schema.put("items", items);
        return schema;
    }
}
