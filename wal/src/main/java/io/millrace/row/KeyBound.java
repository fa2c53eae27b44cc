package io.millrace.row;

import java.util.Arrays;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One key of a table, as the upper end (included) of one chunk and the lower end (excluded) of the next: an image in which
 * only the key columns are filled and present. Immutable and thread-safe, but for {@link #wrap}'s flyweight, which is the caller's.
 */
public final class KeyBound {
    private final byte[] image;

    private KeyBound(byte[] image) {
        this.image = image;
    }

    /** Copies an image. */
    public static KeyBound copyOf(ImageFlyweight image) {
        byte[] bytes = new byte[image.buffer().capacity()];
        image.buffer().getBytes(0, bytes);
        return new KeyBound(bytes);
    }

    /** Reads the form of {@link #text}. */
    public static KeyBound parse(String text) {
        return new KeyBound(HexFormat.of().parseHex(text));
    }

    /** A stable form for the ledger. */
    public String text() {
        return HexFormat.of().formatHex(image);
    }

    public ImageFlyweight wrap(ImageFlyweight flyweight) {
        return flyweight.wrap(new UnsafeBuffer(image), 0, image.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyBound that && Arrays.equals(image, that.image);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(image);
    }
}
