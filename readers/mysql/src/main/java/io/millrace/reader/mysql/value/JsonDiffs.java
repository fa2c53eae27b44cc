package io.millrace.reader.mysql.value;

import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.event.EventBytes;
import io.millrace.reader.mysql.event.EventPlace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * The differences by which PARTIAL_UPDATE_ROWS_EVENT gives a JSON column's new value, applied to the text of the old one.
 *
 * <pre>
 *  (operation 1 | packed length, path | packed length, binary JSON) …     REMOVE has no value
 *
 *  REPLACE 0   what stands at the path becomes the value
 *  INSERT  1   a member that is not there, or an element before the path's place
 *  REMOVE  2   what stands at the path goes
 *  path        $ | .name | ."quoted name" | [number] | [last] | [last-number]
 * </pre>
 *
 * (The server's {@code json_diff.cc} and {@code json_path.cc}.)
 *
 * <p>Confined to one thread. It allocates.
 */
public final class JsonDiffs {
    private static final int REPLACE = 0;
    private static final int INSERT = 1;
    private static final int REMOVE = 2;
    /** As of the documents themselves: no path is longer than a document is deep. */
    private static final int DEPTH_LIMIT = 128;

    private final EventPlace place;
    private final JsonDecoder values;
    private final EventBytes diffs;

    public JsonDiffs(EventPlace place) {
        this.place = place;
        values = new JsonDecoder(place);
        diffs = new EventBytes(place);
    }

    /** One leg of a path: a member's key, or an element's number, counted from the end where told. */
    private static final class Leg {
        private final byte[] key;
        private final int number;
        private final boolean isFromEnd;

        Leg(byte[] key, int number, boolean isFromEnd) {
            this.key = key;
            this.number = number;
            this.isFromEnd = isFromEnd;
        }

        int indexIn(List<JsonTree.Node> list) {
            return isFromEnd ? list.size() - 1 - number : number;
        }
    }

    /**
     * Applies differences.
     *
     * @param text the old value, from {@code textOffset} on
     * @param from the differences, from {@code offset} on
     * @return the new value's text
     */
    public byte[] apply(DirectBuffer text, int textOffset, int textLength, DirectBuffer from, int offset, int length) {
        JsonTree.Node document = JsonTree.parse(text, textOffset, textLength);
        diffs.wrap(from, offset, offset + length);
        while (diffs.remaining() > 0) {
            int operation = diffs.u8("json.diff");
            int pathLength = diffs.packedCount("json.diffPath");
            List<Leg> path = path(diffs.bytes(pathLength, "json.diffPath"));
            JsonTree.Node value = operation == REMOVE ? null : value();
            document = apply(document, operation, path, value);
        }
        return JsonTree.print(document);
    }

    private JsonTree.Node value() {
        int valueLength = diffs.packedCount("json.diffValue");
        int start = diffs.take(valueLength, "json.diffValue");
        int textLength = values.decode(diffs.buffer(), start, valueLength);
        return JsonTree.parse(values.text(), 0, textLength);
    }

    private JsonTree.Node apply(JsonTree.Node document, int operation, List<Leg> path, JsonTree.Node value) {
        if (path.isEmpty()) {
            if (operation != REPLACE) {
                throw place.malformed("json.diff", operation);
            }
            return value;
        }
        JsonTree.Node parent = document;
        for (Leg leg : path.subList(0, path.size() - 1)) {
            parent = child(parent, leg);
        }
        Leg last = path.get(path.size() - 1);
        if (last.key != null && parent instanceof JsonTree.Members members) {
            boolean isThere = members.byKey().containsKey(last.key);
            if (isThere == (operation == INSERT)) {
                throw doesNotFit(operation);
            }
            change(members, operation, last.key, value);
        } else if (last.key == null && parent instanceof JsonTree.Elements elements) {
            change(elements.list(), operation, last.indexIn(elements.list()), value);
        } else {
            throw doesNotFit(operation);
        }
        return document;
    }

    private void change(JsonTree.Members members, int operation, byte[] key, JsonTree.Node value) {
        switch (operation) {
            case REPLACE, INSERT -> members.byKey().put(key, value);
            case REMOVE -> members.byKey().remove(key);
            default -> throw place.malformed("json.diff", operation);
        }
    }

    private void change(List<JsonTree.Node> list, int operation, int index, JsonTree.Node value) {
        boolean isThere = index >= 0 && index < list.size();
        if (operation != INSERT && !isThere) {
            throw doesNotFit(operation);
        }
        switch (operation) {
            case REPLACE -> list.set(index, value);
            case INSERT -> list.add(Math.max(0, Math.min(index, list.size())), value); // behind the end it is appended
            case REMOVE -> list.remove(index);
            default -> throw place.malformed("json.diff", operation);
        }
    }

    private JsonTree.Node child(JsonTree.Node parent, Leg leg) {
        JsonTree.Node child = null;
        if (leg.key != null && parent instanceof JsonTree.Members members) {
            child = members.byKey().get(leg.key);
        } else if (leg.key == null && parent instanceof JsonTree.Elements elements) {
            int index = leg.indexIn(elements.list());
            child = index >= 0 && index < elements.list().size()
                    ? elements.list().get(index)
                    : null;
        }
        if (child == null) {
            throw doesNotFit(-1);
        }
        return child;
    }

    /** The document is not the one that the difference was made of. */
    private MillraceException doesNotFit(int operation) {
        return place.malformed("json.diffPath", operation);
    }

    private List<Leg> path(byte[] path) {
        if (path.length == 0 || path[0] != '$') {
            throw place.malformed("json.diffPath", path.length);
        }
        List<Leg> legs = new ArrayList<>();
        int at = 1;
        while (at < path.length) {
            if (legs.size() == DEPTH_LIMIT) {
                throw place.malformed("json.diffPath", path.length);
            }
            int end = path[at] == '[' ? endOfCell(path, at) : endOfMember(path, at);
            legs.add(path[at] == '[' ? cell(path, at + 1, end - 1) : member(path, at + 1, end));
            at = end;
        }
        return legs;
    }

    private static int endOfCell(byte[] path, int start) {
        int end = start;
        while (end < path.length && path[end] != ']') {
            end++;
        }
        return Math.min(path.length, end + 1);
    }

    private int endOfMember(byte[] path, int start) {
        int at = start + 1;
        if (path[start] != '.' || at >= path.length) {
            throw place.malformed("json.diffPath", start);
        }
        if (path[at] != '"') {
            while (at < path.length && path[at] != '.' && path[at] != '[') {
                at++;
            }
            return at;
        }
        at++;
        while (at < path.length && path[at] != '"') {
            at += path[at] == '\\' ? 2 : 1;
        }
        return Math.min(path.length, at + 1);
    }

    private Leg member(byte[] path, int start, int end) {
        byte[] key = path[start] == '"' ? JsonTree.unquoted(path, start, end) : Arrays.copyOfRange(path, start, end);
        if (key == null) {
            throw place.malformed("json.diffPath", start);
        }
        return new Leg(key, 0, false);
    }

    private Leg cell(byte[] path, int start, int end) {
        if (end < start || path[end] != ']') {
            throw place.malformed("json.diffPath", start);
        }
        int at = start;
        boolean isFromEnd =
                end - at >= 4 && path[at] == 'l' && path[at + 1] == 'a' && path[at + 2] == 's' && path[at + 3] == 't';
        if (isFromEnd) {
            at += 4;
            if (at == end) {
                return new Leg(null, 0, true);
            }
            if (path[at++] != '-') {
                throw place.malformed("json.diffPath", at);
            }
        }
        long number = 0;
        if (at == end) {
            throw place.malformed("json.diffPath", at);
        }
        for (; at < end; at++) {
            number = number * 10 + (path[at] - '0');
            if (path[at] < '0' || path[at] > '9' || number > Integer.MAX_VALUE) {
                throw place.malformed("json.diffPath", at);
            }
        }
        return new Leg(null, (int) number, isFromEnd);
    }
}
