package io.millrace.reader.mysql.charset;

import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.TableMapColumn;
import io.millrace.reader.mysql.value.TextDecoder;
import io.millrace.schema.Column;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Which character set a column has, and how its text becomes UTF-8. The numbers of collations are the server's own, asked of it
 * on each connect: the products number theirs apart. Immutable.
 */
public final class SourceCharsets {
    public static final String BINARY = "binary";

    private static final int BINARY_COLLATION = 63;

    /** A collation's name and its character set. */
    public record Collation(String name, String charset) {}

    private final Map<Integer, Collation> collations;
    private final ByteCharsets byteCharsets;
    private final Function<String, TextDecoder> others;

    /** Without the character sets that only a server can tell. */
    public SourceCharsets(Map<Integer, Collation> collations, ByteCharsets byteCharsets) {
        this(collations, byteCharsets, charset -> null);
    }

    /** @param others the decoders of all further character sets; null for one that is not known */
    public SourceCharsets(
            Map<Integer, Collation> collations, ByteCharsets byteCharsets, Function<String, TextDecoder> others) {
        this.collations = Map.copyOf(collations);
        this.byteCharsets = byteCharsets;
        this.others = others;
    }

    /** Whether the stream can decode text of the character set. */
    public static boolean isKnown(String charset, ByteCharsets byteCharsets) {
        return isUtf8(charset)
                || wide(charset) != null
                || byteCharsets.get(charset) != null
                || MultiByteLayout.of(charset).isPresent();
    }

    /** Whether text of the character set is UTF-8 as it is. */
    public static boolean isUtf8(String charset) {
        return switch (charset) {
            case "utf8mb4", "utf8mb3", "utf8", "ascii" -> true;
            default -> false;
        };
    }

    /** The column's character set: as the event says, else as the catalog does; {@code binary} for bytes. */
    public String charsetOf(TableMapColumn column, Column expected) {
        String charset = charsetOf(column.collationId());
        if (charset != null) {
            return charset;
        }
        String collation = expected.collation();
        int end = collation.indexOf('_');
        return collation.isEmpty() ? BINARY : end < 0 ? collation : collation.substring(0, end);
    }

    /** The character set of a collation's number, or null where it is not known. */
    public String charsetOf(int collationId) {
        if (collationId == BINARY_COLLATION) {
            return BINARY;
        }
        Collation collation = collations.get(collationId);
        return collation == null ? null : collation.charset();
    }

    /** The name of a collation's number, or the empty string. */
    public String collationOf(int collationId) {
        Collation collation = collations.get(collationId);
        return collation == null ? "" : collation.name();
    }

    /** How text of a character set becomes UTF-8; null where that is not known. */
    public TextDecoder decoder(String charset) {
        TextDecoder wide = wide(charset);
        TextDecoder decoder = wide == null ? byteCharsets.get(charset) : wide;
        return decoder == null ? others.apply(charset) : decoder;
    }

    private static TextDecoder wide(String charset) {
        return switch (charset) {
            case "ucs2" -> WideCharset.UCS2;
            case "utf16" -> WideCharset.UTF16;
            case "utf16le" -> WideCharset.UTF16LE;
            case "utf32" -> WideCharset.UTF32;
            default -> null;
        };
    }

    /** The labels of an ENUM or SET column as the event has them. */
    public List<String> labels(TableMapColumn column, EventPlace place) {
        String charset = charsetOf(column.collationId());
        TextDecoder decoder = charset == null || charset.equals(BINARY) || isUtf8(charset) ? null : decoder(charset);
        if (charset != null && decoder == null && !isUtf8(charset) && !charset.equals(BINARY)) {
            throw place.unsupported("character set is not supported yet: charset=" + charset);
        }
        List<String> labels = new ArrayList<>();
        for (byte[] label : column.labels()) {
            if (decoder == null) {
                labels.add(utf8(label));
            } else {
                byte[] utf8 = new byte[decoder.maxLength(label.length)];
                int length = decoder.decode(new UnsafeBuffer(label), 0, label.length, new UnsafeBuffer(utf8), 0);
                labels.add(new String(utf8, 0, length, StandardCharsets.UTF_8));
            }
        }
        return labels;
    }

    /**
     * Text of UTF-8 as the server's CONVERT gives it: each byte that begins no character is a question mark. MariaDB leaves labels as
     * they were when it converts their column.
     */
    private static String utf8(byte[] text) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer from = ByteBuffer.wrap(text);
        CharBuffer to = CharBuffer.allocate(text.length);
        while (decoder.decode(from, to, true).isMalformed()) {
            to.put('?');
            from.get();
            decoder.reset();
        }
        return to.flip().toString();
    }
}
