package io.millrace.reader.mysql.value;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.DirectBuffer;

/**
 * A JSON document that can be changed, from text and to text as {@link JsonDecoder} writes it: scalars keep the text that they came
 * with, so that a value which no change touches is printed as before. Members stand in the server's order: shorter keys first, then
 * by bytes.
 *
 * <p>Confined to one thread. It allocates: only rows whose JSON came as differences are built of it.
 */
final class JsonTree {
    /** A value. */
    sealed interface Node permits Scalar, Members, Elements {}

    /** A number, string, literal or opaque value, as it is printed. */
    static final class Scalar implements Node {
        private final byte[] text;

        Scalar(byte[] text) {
            this.text = text;
        }
    }

    /** An object. */
    record Members(Map<byte[], Node> byKey) implements Node {
        static Members empty() {
            return new Members(new TreeMap<>(JsonTree::compareKeys));
        }
    }

    /** An array. */
    record Elements(List<Node> list) implements Node {}

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final byte[] text;
    private int at;

    private JsonTree(byte[] text) {
        this.text = text;
    }

    private static int compareKeys(byte[] a, byte[] b) {
        return a.length != b.length ? Integer.compare(a.length, b.length) : Arrays.compareUnsigned(a, b);
    }

    /** Parses text that {@link JsonDecoder} wrote. */
    static Node parse(DirectBuffer buffer, int offset, int length) {
        byte[] text = new byte[length];
        buffer.getBytes(offset, text);
        return new JsonTree(text).value();
    }

    private Node value() {
        return switch (text[at]) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> new Scalar(string());
            default -> new Scalar(bare());
        };
    }

    private Node members() {
        Members members = Members.empty();
        at++;
        while (text[at] != '}') {
            skip(',', ' ');
            byte[] key = string();
            skip(':', ' ');
            members.byKey.put(unquoted(key, 0, key.length), value());
        }
        at++;
        return members;
    }

    private Node elements() {
        List<Node> list = new ArrayList<>();
        at++;
        while (text[at] != ']') {
            skip(',', ' ');
            list.add(value());
        }
        at++;
        return new Elements(list);
    }

    private void skip(char first, char second) {
        if (text[at] == first) {
            at++;
        }
        if (text[at] == second) {
            at++;
        }
    }

    private byte[] string() {
        int start = at++;
        while (text[at] != '"') {
            at += text[at] == '\\' ? 2 : 1;
        }
        return Arrays.copyOfRange(text, start, ++at);
    }

    private byte[] bare() {
        int start = at;
        while (at < text.length && text[at] != ',' && text[at] != '}' && text[at] != ']') {
            at++;
        }
        return Arrays.copyOfRange(text, start, at);
    }

    /** The bytes that a quoted string stands for; null where it is not one. */
    static byte[] unquoted(byte[] quoted, int start, int end) {
        if (end - start < 2 || quoted[start] != '"' || quoted[end - 1] != '"') {
            return null;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = start + 1; i < end - 1; i++) {
            byte b = quoted[i];
            if (b != '\\') {
                out.write(b);
                continue;
            }
            if (++i >= end - 1) {
                return null;
            }
            switch (quoted[i]) {
                case 'b' -> out.write('\b');
                case 'f' -> out.write('\f');
                case 'n' -> out.write('\n');
                case 'r' -> out.write('\r');
                case 't' -> out.write('\t');
                case 'u' -> {
                    int code = i + 4 < end - 1 ? hex(quoted, i + 1) : -1;
                    if (code < 0) {
                        return null;
                    }
                    out.writeBytes(Character.toString(code).getBytes(StandardCharsets.UTF_8));
                    i += 4;
                }
                default -> out.write(quoted[i]);
            }
        }
        return out.toByteArray();
    }

    private static int hex(byte[] bytes, int at) {
        int code = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                return -1;
            }
            code = code << 4 | digit;
        }
        return code;
    }

    /** Writes a document as the server prints it. */
    static byte[] print(Node node) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        print(node, out);
        return out.toByteArray();
    }

    private static void print(Node node, ByteArrayOutputStream out) {
        if (node instanceof Scalar scalar) {
            out.writeBytes(scalar.text);
        } else if (node instanceof Elements elements) {
            out.write('[');
            boolean isFirst = true;
            for (Node element : elements.list) {
                separate(isFirst, out);
                isFirst = false;
                print(element, out);
            }
            out.write(']');
        } else if (node instanceof Members members) {
            out.write('{');
            boolean isFirst = true;
            for (Map.Entry<byte[], Node> member : members.byKey.entrySet()) {
                separate(isFirst, out);
                isFirst = false;
                quote(member.getKey(), out);
                out.write(':');
                out.write(' ');
                print(member.getValue(), out);
            }
            out.write('}');
        }
    }

    private static void separate(boolean isFirst, ByteArrayOutputStream out) {
        if (!isFirst) {
            out.write(',');
            out.write(' ');
        }
    }

    private static void quote(byte[] key, ByteArrayOutputStream out) {
        out.write('"');
        for (byte b : key) {
            if ((b >= ' ' && b != '"' && b != '\\') || b < 0) {
                out.write(b);
                continue;
            }
            out.write('\\');
            switch (b) {
                case '"', '\\' -> out.write(b);
                case '\b' -> out.write('b');
                case '\f' -> out.write('f');
                case '\n' -> out.write('n');
                case '\r' -> out.write('r');
                case '\t' -> out.write('t');
                default -> {
                    out.write('u');
                    out.write('0');
                    out.write('0');
                    out.write(HEX[b >> 4]);
                    out.write(HEX[b & 0xF]);
                }
            }
        }
        out.write('"');
    }
}
