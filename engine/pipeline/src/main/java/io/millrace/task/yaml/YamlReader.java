package io.millrace.task.yaml;

import io.millrace.error.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * Reads YAML 1.2 by the failsafe schema into a tree: mappings, lists and text. Anchors, aliases, tags, merge keys, duplicate
 * keys and keys that are no text are errors, and so is a second document. Confined to one thread.
 *
 * <p>Messages of the library are never shown whole, for they quote the file, and a file may hold a password.
 */
public final class YamlReader {
    public static final int MOST_CODE_POINTS = 1 << 20;
    public static final int MOST_LEVELS = 32;

    private final Findings findings;
    private final Deque<Open> open = new ArrayDeque<>();
    private YamlNode root;
    private int documents;

    /** A mapping or list that is not closed yet. */
    private static final class Open {
        final boolean isMapping;
        final int line;
        final int column;
        final List<YamlNode> items = new ArrayList<>();
        final List<YamlNode.Entry> entries = new ArrayList<>();
        final Set<String> keys = new HashSet<>();
        YamlNode.Scalar key;
        boolean isKeyWrong;

        Open(boolean isMapping, int line, int column) {
            this.isMapping = isMapping;
            this.line = line;
            this.column = column;
        }

        YamlNode close() {
            return isMapping ? new YamlNode.Entries(entries, line, column) : new YamlNode.Items(items, line, column);
        }
    }

    private YamlReader(Findings findings) {
        this.findings = findings;
    }

    /** The file's tree; empty where it cannot be read at all. What is wrong is added to the findings. */
    public static Optional<YamlNode> read(String text, Findings findings) {
        return new YamlReader(findings).read(text);
    }

    private Optional<YamlNode> read(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new FailsafeSchema())
                .setCodePointLimit(MOST_CODE_POINTS)
                .build();
        try {
            for (Event event : new Parse(settings).parseString(text)) {
                accept(event);
                if (open.size() > MOST_LEVELS) {
                    error(event, "too many levels: limit=" + MOST_LEVELS);
                    return Optional.empty();
                }
            }
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark();
            findings.error(
                    mark.map(m -> m.getLine() + 1).orElse(1),
                    mark.map(m -> m.getColumn() + 1).orElse(1),
                    ErrorCode.YAML_SYNTAX,
                    "not YAML: reason=" + e.getProblem());
            return Optional.empty();
        } catch (YamlEngineException e) {
            findings.error(
                    1,
                    1,
                    ErrorCode.YAML_SYNTAX,
                    text.codePointCount(0, text.length()) > MOST_CODE_POINTS
                            ? "file is too large: limit=" + MOST_CODE_POINTS + " characters"
                            : "not YAML: reason=characters that YAML does not allow");
            return Optional.empty();
        }
        if (root == null) {
            findings.error(1, 1, ErrorCode.YAML_SYNTAX, "file is empty");
        }
        return Optional.ofNullable(root);
    }

    private void accept(Event event) {
        switch (event.getEventId()) {
            case DocumentStart -> {
                documents++;
                if (documents == 2) {
                    error(event, "a second document in one file");
                }
            }
            case Alias -> {
                error(event, "aliases are refused: alias=" + ((AliasEvent) event).getAlias());
                add(scalar("", event));
            }
            case Scalar -> {
                ScalarEvent scalar = (ScalarEvent) event;
                refuseDecoration(scalar, scalar.getTag());
                add(scalar(scalar.getValue(), event));
            }
            case MappingStart, SequenceStart -> {
                CollectionStartEvent start = (CollectionStartEvent) event;
                refuseDecoration(start, start.getTag());
                open.push(new Open(event instanceof MappingStartEvent, line(event), column(event)));
            }
            case MappingEnd, SequenceEnd -> add(open.pop().close());
            case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
        }
    }

    private static YamlNode.Scalar scalar(String text, Event event) {
        boolean isPlain = event instanceof ScalarEvent scalar && scalar.isPlain();
        return new YamlNode.Scalar(text, isPlain, line(event), column(event));
    }

    private void refuseDecoration(NodeEvent event, Optional<String> tag) {
        event.getAnchor().ifPresent(anchor -> error(event, "anchors are refused: anchor=" + anchor));
        tag.ifPresent(name -> error(event, "tags are refused: tag=" + name));
    }

    private void add(YamlNode node) {
        Open parent = open.peek();
        if (parent == null) {
            root = documents > 1 ? root : node;
        } else if (!parent.isMapping) {
            parent.items.add(node);
        } else if (parent.key == null) {
            addKey(parent, node);
        } else {
            if (!parent.isKeyWrong) {
                parent.entries.add(new YamlNode.Entry(parent.key, node));
            }
            parent.key = null;
        }
    }

    private void addKey(Open parent, YamlNode node) {
        YamlNode.Scalar key = node instanceof YamlNode.Scalar scalar
                ? scalar
                : new YamlNode.Scalar("", false, node.line(), node.column());
        parent.key = key;
        parent.isKeyWrong = true;
        if (!(node instanceof YamlNode.Scalar)) {
            findings.error(node, ErrorCode.YAML_SYNTAX, "a key is text");
        } else if (key.text().equals("<<") && key.isPlain()) {
            findings.error(node, ErrorCode.YAML_SYNTAX, "merge keys are refused: key=<<");
        } else if (!parent.keys.add(key.text())) {
            findings.error(node, ErrorCode.YAML_SYNTAX, "duplicate key: key=" + key.text());
        } else {
            parent.isKeyWrong = false;
        }
    }

    private void error(Event event, String message) {
        findings.error(line(event), column(event), ErrorCode.YAML_SYNTAX, message);
    }

    private static int line(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private static int column(Event event) {
        return event.getStartMark().map(mark -> mark.getColumn() + 1).orElse(1);
    }
}
