package io.millrace.pipeline.directory;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The foreign keys whose actions the task follows, as its last start found them, in a file of its directory. One that is gone when it is
 * started again may have acted on rows that the stream still brings, without a trace, and nobody would know: by a statement that the
 * stream brings, too, or by a copy of the table without the key that took its place. Confined to one thread.
 */
public final class FollowedKeys {
    private static final int WORDS = 4;

    private final Path file;

    public FollowedKeys(Path directory) {
        file = directory.resolve("followed-keys");
    }

    /** One key: whose it is, what it is called, and what it does. */
    private record Line(TableId child, String name, String action) {
        static Line of(StructureItem key) {
            StructureItem.Reference to = key.reference().orElseThrow();
            return new Line(
                    key.table(),
                    key.name(),
                    key.columns() + " REFERENCES " + to.table() + " " + to.columns() + " ON DELETE "
                            + to.onDelete().sql() + " ON UPDATE "
                            + to.onUpdate().sql());
        }

        static Line parse(String text) {
            String[] words = text.split(" ", -1);
            if (words.length != WORDS) {
                throw new IllegalArgumentException("not a foreign key: words=" + words.length);
            }
            return new Line(new TableId(decoded(words[0]), decoded(words[1])), decoded(words[2]), decoded(words[3]));
        }

        String text() {
            return String.join(" ", encoded(child.namespace()), encoded(child.name()), encoded(name), encoded(action));
        }

        /** A key may have got another name. */
        boolean isSameKey(Line other) {
            return child.equals(other.child) && action.equals(other.action);
        }

        private static String encoded(String word) {
            return URLEncoder.encode(word, StandardCharsets.UTF_8);
        }

        private static String decoded(String word) {
            return URLDecoder.decode(word, StandardCharsets.UTF_8);
        }
    }

    /**
     * Refuses to go on where a key is gone, and keeps what is there now.
     *
     * @param now keys whose actions are followed
     * @param targets the task's tables: of one that it no longer has nothing is asked
     * @param isNew whether the task begins: nothing was followed before
     */
    public void renew(List<StructureItem> now, Set<TableId> targets, boolean isNew) {
        List<Line> lines = now.stream().map(Line::of).toList();
        try {
            if (!isNew && Files.exists(file)) {
                requireAll(lines, targets);
            }
            StringBuilder text = new StringBuilder();
            lines.forEach(line -> text.append(line.text()).append('\n'));
            DurableFile.replace(file, text.toString());
        } catch (IOException | IllegalArgumentException e) {
            throw unusable(e);
        }
    }

    /** The task goes on elsewhere: what happened in between is agreed to be skipped. */
    public void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private MillraceException unusable(Exception e) {
        return new MillraceException(
                ErrorCode.DATA_DIRECTORY_UNUSABLE,
                "a file of the data directory cannot be used: file=" + file + ", error="
                        + e.getClass().getSimpleName(),
                e);
    }

    private void requireAll(List<Line> now, Set<TableId> targets) throws IOException {
        List<String> gone = new ArrayList<>();
        for (String text : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            Line before = Line.parse(text);
            if (targets.contains(before.child()) && now.stream().noneMatch(before::isSameKey)) {
                gone.add("foreignKey=" + before.name() + ", table=" + before.child());
            }
        }
        if (!gone.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.SCHEMA_MISMATCH,
                    "foreign keys are gone or changed since the task's last start, whose actions on rows of that time cannot be"
                            + " told: " + String.join("; ", gone));
        }
    }
}
